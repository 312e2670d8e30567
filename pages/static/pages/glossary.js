/* Draftail's glossary term: a chooser that marks the selected words, and a tooltip with the definition.
   Without a selection the term itself is inserted. */
(() => {
  const { ModalWorkflowSource, TooltipEntity, registerPlugin } = window.draftail;
  const { createElement } = window.React;
  const { Icon } = window.wagtail.components;

  class GlossarySource extends ModalWorkflowSource {
    getChooserConfig() {
      return {
        url: this.props.entityType.chooserUrls.glossaryTermChooser,
        urlParams: {},
        onload: window.CHOOSER_MODAL_ONLOAD_HANDLERS,
        responses: {
          // Wagtail inserts `title` where no words are selected.
          chosen: (term) => this.onChosen({ ...term, title: term.string }),
        },
      };
    }

    filterEntityData({ id, string, definition }) {
      return { id, string, definition };
    }
  }

  const GlossaryTerm = (props) => {
    const { string, definition } = props.contentState.getEntity(props.entityKey).getData();
    return createElement(
      'span',
      { title: string ? definition : 'This term was deleted from the glossary.' },
      createElement(TooltipEntity, {
        ...props,
        icon: createElement(Icon, { name: string ? 'openquote' : 'warning' }),
        label: string || 'Deleted term',
      }),
    );
  };

  registerPlugin({ type: 'GLOSSARY', source: GlossarySource, decorator: GlossaryTerm }, 'entityTypes');
})();
