"""From a file an editor brings to a draft treatment page: reader -> outline -> blocks -> draft."""
