"""Translation memory: every target that stands, whether or not its page does.

There is no second table: a target belongs to a wording (its text digest) as much as to a place,
and outlives its page. Memories from outside are targets without a page.
"""
