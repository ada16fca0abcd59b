package dev.weft.proxy.route;

/** A replacement for a path or for its beginning. The query stays. */
public sealed interface PathChange {
    /** Replaces the whole path. */
    record Full(String path) implements PathChange {}

    /**
     * Replaces the path elements that the match required. An empty prefix removes them. The prefix does not end with a
     * slash.
     */
    record Prefix(String prefix) implements PathChange {}

    /**
     * Returns the target with its path changed and its query kept.
     *
     * @param target target of a request, in origin-form
     * @param prefixElements number of path elements in the prefix that matched
     */
    default String apply(String target, int prefixElements) {
        int query = target.indexOf('?');
        int end = query < 0 ? target.length() : query;
        String path = switch (this) {
            case Full full -> full.path();
            case Prefix change -> {
                String rest = target.substring(after(target, end, prefixElements), end);
                String joined = change.prefix() + rest;
                yield joined.isEmpty() ? "/" : joined;
            }
        };
        return path + target.substring(end);
    }

    /**
     * Returns the index at which this many elements end. No element is empty or hides an encoded slash: such paths are
     * not routed.
     */
    private static int after(String target, int end, int elements) {
        int at = 0;
        for (int i = 0; i < elements; i++) {
            int slash = target.indexOf('/', at + 1);
            at = slash < 0 || slash > end ? end : slash;
        }
        return at;
    }
}
