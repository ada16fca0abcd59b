package dev.weft.proxy.route;

import dev.weft.policy.request.RequestPath;
import dev.weft.policy.request.UnacceptablePathException;
import java.util.ArrayList;
import java.util.List;

/** Converts paths in routes to the form in which they are compared with the paths of requests. */
final class Paths {
    private static final int MAX_LENGTH = 1024;

    private Paths() {}

    /** Returns a path in normal form. Throws IllegalArgumentException if no request can have such a path. */
    static String normal(String path) {
        try {
            Checks.require(
                    path.startsWith("/") && path.indexOf('?') < 0 && path.length() <= MAX_LENGTH,
                    "path",
                    path,
                    "a slash and no query, at most " + MAX_LENGTH + " characters");
            return RequestPath.normalize(path);
        } catch (UnacceptablePathException e) {
            throw new IllegalArgumentException("path " + path + ": " + e.getMessage(), e);
        }
    }

    /** Returns the elements of a prefix; a slash at its end is ignored. */
    static List<String> elements(String prefix) {
        String path = normal(prefix);
        List<String> elements = new ArrayList<>();
        for (String element : path.substring(1).split("/", -1)) {
            if (!element.isEmpty()) {
                elements.add(element);
            }
        }
        return List.copyOf(elements);
    }

    /** Returns a replacement path as it was written, after checking that it is a valid path. */
    static String replacement(String path) {
        var _ = normal(path);
        return path;
    }

    /** Returns a replacement for a prefix, without a slash at its end. */
    static String prefix(String path) {
        if (path.isEmpty() || path.equals("/")) {
            return "";
        }
        String prefix = replacement(path);
        return prefix.endsWith("/") ? prefix.substring(0, prefix.length() - 1) : prefix;
    }
}
