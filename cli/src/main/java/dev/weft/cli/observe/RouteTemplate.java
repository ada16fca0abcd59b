package dev.weft.cli.observe;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A kind of request: a method, and a path in which the parts that name single objects are replaced.
 *
 * @param path a template such as {@code /users/{id}/mail}
 */
record RouteTemplate(String method, String path) {

    private static final Pattern NUMBER = Pattern.compile("[0-9]+");
    private static final Pattern UUID =
            Pattern.compile("[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}");
    private static final Pattern HASH = Pattern.compile("(?=.*[0-9])[0-9a-fA-F]{12,}");
    private static final int LONGEST_WORD = 40;
    private static final int MOST_SEGMENTS = 6;

    static RouteTemplate of(String method, String path) {
        if (method.isEmpty()) {
            return new RouteTemplate("-", "(malformed)");
        }
        List<String> segments = new ArrayList<>();
        String[] all = path.split("/", -1);
        for (int i = 0; i < all.length && i <= MOST_SEGMENTS; i++) {
            segments.add(open(all[i]));
        }
        return new RouteTemplate(method, String.join("/", segments) + (all.length > MOST_SEGMENTS + 1 ? "/..." : ""));
    }

    private static String open(String segment) {
        boolean names = NUMBER.matcher(segment).matches()
                || UUID.matcher(segment).matches()
                || HASH.matcher(segment).matches()
                || segment.length() > LONGEST_WORD;
        return names ? "{id}" : segment;
    }
}
