package dev.weft.proxy.route;

/** What takes the place of a path or its beginning. The query stays. */
public sealed interface PathChange {
    /** Of the whole path. */
    record Full(String path) implements PathChange {}

    /** Of the elements that the match asked for. Empty: these are cut off. It does not end with a slash. */
    record Prefix(String prefix) implements PathChange {}

    /**
     * The changed path of a target, with the target's query.
     *
     * @param target of a request, in origin-form
     * @param prefixElements how many elements the match asked for
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

    /** Where so many elements end. Elements are neither empty nor encoded in a way that hides a slash: such paths are not routed. */
    private static int after(String target, int end, int elements) {
        int at = 0;
        for (int i = 0; i < elements; i++) {
            int slash = target.indexOf('/', at + 1);
            at = slash < 0 || slash > end ? end : slash;
        }
        return at;
    }
}
