package dev.weft.proxy.route;

import dev.weft.policy.request.RequestPath;
import dev.weft.policy.request.UnacceptablePathException;
import java.util.ArrayList;
import java.util.List;

/** Paths of routes, in the form in which the paths of requests are compared with them. */
final class Paths {
    private static final int MAX_LENGTH = 1024;

    private Paths() {}

    /** In normal form. Throws IllegalArgumentException where no path of a request has that form. */
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

    /** The elements of a prefix; a slash at its end counts for nothing. */
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

    /** A path that takes another's place goes on as it is written; it must be one, though. */
    static String replacement(String path) {
        var _ = normal(path);
        return path;
    }

    /** What takes the place of a prefix: without a slash at its end. */
    static String prefix(String path) {
        if (path.isEmpty() || path.equals("/")) {
            return "";
        }
        String prefix = replacement(path);
        return prefix.endsWith("/") ? prefix.substring(0, prefix.length() - 1) : prefix;
    }
}
