package dev.weft.policy.model;

import dev.weft.policy.request.RequestPath;
import dev.weft.policy.request.UnacceptablePathException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A pattern for the paths that a rule applies to. A path is compared segment by segment, in the form of {@link
 * RequestPath}.
 */
public sealed interface PathPattern {

    /** The most characters of a pattern. */
    int MAX_LENGTH = 1024;

    /** The most segments of a pattern. */
    int MAX_SEGMENTS = 64;

    /** The segments that a path must begin with. */
    List<Segment> segments();

    /** Returns what a path may have after these segments. */
    Tail tail();

    sealed interface Segment {

        /** Exactly this text. The text is empty for the segment behind a slash at the end. */
        record Literal(String text) implements Segment {}

        /** Any segment that is not empty. */
        record Any() implements Segment {}
    }

    /** What a path may have after the segments of the pattern. */
    enum Tail {
        /** Nothing. */
        NOTHING,
        /** Any segments, or none. */
        ANYTHING,
        /** One segment or more, of which the first is not empty. */
        SOMETHING
    }

    /** Matches exactly this path. */
    record Exact(String path) implements PathPattern {

        /** @throws IllegalArgumentException if the path does not have the form in which requests are compared */
        public Exact {
            Requirement.check("exact", path, unmet(path));
        }

        /** Returns what a valid path looks like; null if this path is valid. */
        public static @Nullable String unmet(String path) {
            return unmetPath(path);
        }

        @Override
        public List<Segment> segments() {
            return literals(path);
        }

        @Override
        public Tail tail() {
            return Tail.NOTHING;
        }

        @Override
        public String toString() {
            return "exact " + path;
        }
    }

    /** Matches this path and all paths below it: {@code /orders} and {@code /orders/1}, but not {@code /ordersx}. */
    record Prefix(String path) implements PathPattern {

        /**
         * @throws IllegalArgumentException if the path does not have the form in which requests are compared, or ends
         *     with a slash
         */
        public Prefix {
            Requirement.check("prefix", path, unmet(path));
        }

        /** Returns what a valid path looks like; null if this path is valid. */
        public static @Nullable String unmet(String path) {
            boolean slash = path.length() > 1 && path.endsWith("/");
            return slash
                    ? path.substring(0, path.length() - 1)
                            + ", without the slash at the end: a prefix ends at a segment"
                    : unmetPath(path);
        }

        @Override
        public List<Segment> segments() {
            return path.equals("/") ? List.of() : literals(path);
        }

        @Override
        public Tail tail() {
            return Tail.ANYTHING;
        }

        @Override
        public String toString() {
            return "prefix " + path;
        }
    }

    /**
     * A path with variables: {@code /users/{id}/mail}. A variable matches one segment; {@code {x...}} at the end
     * matches one or more.
     */
    record Template(String path) implements PathPattern {

        private static final Pattern VARIABLE = Pattern.compile("\\{[A-Za-z_][A-Za-z0-9_]{0,62}\\}");
        private static final Pattern REST = Pattern.compile("\\{[A-Za-z_][A-Za-z0-9_]{0,62}\\.\\.\\.\\}");

        /** @throws IllegalArgumentException if the path does not have the form of a template */
        public Template {
            Requirement.check("template", path, unmet(path));
        }

        /** Returns what a valid template looks like; null if this text is valid. */
        public static @Nullable String unmet(String path) {
            String unmet = unmetPath(path);
            if (unmet != null) {
                return unmet;
            }
            List<String> parts = parts(path);
            for (int i = 0; i < parts.size(); i++) {
                String part = parts.get(i);
                boolean last = i == parts.size() - 1;
                boolean braces = part.indexOf('{') >= 0 || part.indexOf('}') >= 0;
                if (REST.matcher(part).matches() && !last) {
                    return part + " at the end of the path only";
                }
                if (braces
                        && !VARIABLE.matcher(part).matches()
                        && !REST.matcher(part).matches()) {
                    return "a variable is a whole segment: {name}, or {name...} at the end; not " + part;
                }
            }
            return path.indexOf('{') < 0 ? "at least one variable such as {id}; without one write exact" : null;
        }

        @Override
        public List<Segment> segments() {
            List<Segment> segments = new ArrayList<>();
            for (String part : parts(path)) {
                if (VARIABLE.matcher(part).matches()) {
                    segments.add(new Segment.Any());
                } else if (!REST.matcher(part).matches()) {
                    segments.add(new Segment.Literal(part));
                }
            }
            return List.copyOf(segments);
        }

        @Override
        public Tail tail() {
            return REST.matcher(parts(path).getLast()).matches() ? Tail.SOMETHING : Tail.NOTHING;
        }

        @Override
        public String toString() {
            return "template " + path;
        }
    }

    private static @Nullable String unmetPath(String path) {
        if (path.length() > MAX_LENGTH) {
            return "at most " + MAX_LENGTH + " characters";
        }
        if (!path.startsWith("/")) {
            return "a path that begins with \"/\"";
        }
        if (path.indexOf('?') >= 0) {
            return path.substring(0, path.indexOf('?')) + ", without a query: policy does not look at queries";
        }
        if (parts(path).size() > MAX_SEGMENTS) {
            return "at most " + MAX_SEGMENTS + " segments";
        }
        try {
            String form = RequestPath.normalize(path);
            return form.equals(path) ? null : form + ", the form in which requests are compared";
        } catch (UnacceptablePathException e) {
            return "a path that a request can have; " + e.getMessage();
        }
    }

    private static List<Segment> literals(String path) {
        return parts(path).stream().<Segment>map(Segment.Literal::new).toList();
    }

    private static List<String> parts(String path) {
        return List.of(path.substring(1).split("/", -1));
    }
}
