package dev.weft.policy.match;

import dev.weft.policy.model.HeaderMatch;
import dev.weft.policy.model.PathPattern;
import dev.weft.policy.model.PathPattern.Segment;
import dev.weft.policy.model.RequestMatch;
import dev.weft.policy.request.HttpRequest;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Explains to people why one entry of {@code to} does not match a request. Slower than {@link RequestIndex}, with the
 * same result.
 */
public final class MismatchReason {

    private MismatchReason() {}

    /** Returns the first requirement of the entry that the request does not meet; empty if the entry matches. */
    public static Optional<String> of(RequestMatch match, HttpRequest request, Strictness reading) {
        return switch (match) {
            case RequestMatch.Http http -> http(http, request, reading);
            case RequestMatch.Grpc grpc -> grpc(grpc, request, reading);
        };
    }

    private static Optional<String> http(RequestMatch.Http http, HttpRequest request, Strictness reading) {
        Rule rule = Rule.of(0, http, reading);
        if (!http.methods().isEmpty() && !rule.methods().contains(reading.normalizedWord(request.method()))) {
            return Optional.of("the method is " + request.method() + ", not " + String.join(" or ", http.methods()));
        }
        if (!rule.hostMatches(request.host())) {
            return Optional.of((request.host().isEmpty() ? "no host is named" : "the host is " + request.host())
                    + ", not " + joined(http.hosts()));
        }
        if (!http.paths().isEmpty()
                && http.paths().stream().noneMatch(path -> matches(path, request.path(), reading))) {
            return Optional.of("the path is " + request.path() + ", not " + joined(http.paths()));
        }
        for (HeaderMatch header : http.headers()) {
            if (!HeaderMatching.matches(header, request.headers(), reading)) {
                return Optional.of("the header " + header.name() + mismatch(header, request, reading));
            }
        }
        return Optional.empty();
    }

    private static String mismatch(HeaderMatch header, HttpRequest request, Strictness reading) {
        List<String> values = request.headers().values(header.name());
        if (values.isEmpty()) {
            return " is absent";
        }
        if (reading == Strictness.STRICT && request.headers().isOfConnection(header.name())) {
            return " is named in Connection, so some applications drop it";
        }
        return reading == Strictness.STRICT && HeaderMatching.isAmbiguous(header, request.headers())
                ? " has a second name that resembles it"
                : " is " + String.join(", ", values) + ", not the one asked for";
    }

    private static Optional<String> grpc(RequestMatch.Grpc grpc, HttpRequest request, Strictness reading) {
        if (reading == Strictness.STRICT && !request.grpc()) {
            return Optional.of("it is no gRPC call");
        }
        List<String> segments = segments(reading.normalizedPath(request.path()));
        boolean service = segments.size() == 2 && segments.getFirst().equals(reading.normalizedWord(grpc.service()));
        boolean method = segments.size() == 2
                && (grpc.methods().isEmpty()
                        ? !segments.getLast().isEmpty()
                        : grpc.methods().stream()
                                .anyMatch(name -> reading.normalizedWord(name).equals(segments.getLast())));
        return service && method
                ? Optional.empty()
                : Optional.of("the path is " + request.path() + ", not /" + grpc.service() + "/"
                        + (grpc.methods().isEmpty() ? "{method}" : String.join(" or ", grpc.methods())));
    }

    private static boolean matches(PathPattern pattern, String path, Strictness reading) {
        if (!path.startsWith("/")) {
            return false;
        }
        List<String> given = segments(reading.normalizedPath(path));
        List<Segment> asked = pattern.segments();
        boolean slashAtTheEnd = asked.size() > 1 && asked.getLast().equals(new Segment.Literal(""));
        if (slashAtTheEnd && reading == Strictness.WIDE) {
            asked = asked.subList(0, asked.size() - 1);
        }
        if (given.size() < asked.size()) {
            return false;
        }
        for (int i = 0; i < asked.size(); i++) {
            boolean same = switch (asked.get(i)) {
                case Segment.Literal(String text) ->
                    reading.normalizedWord(text).equals(given.get(i));
                case Segment.Any() -> !given.get(i).isEmpty();
            };
            if (!same) {
                return false;
            }
        }
        List<String> rest = given.subList(asked.size(), given.size());
        return switch (pattern.tail()) {
            case NOTHING -> rest.isEmpty();
            case ANYTHING -> true;
            case SOMETHING -> !rest.isEmpty() && !rest.getFirst().isEmpty();
        };
    }

    private static List<String> segments(String path) {
        return path.startsWith("/") ? List.of(path.substring(1).split("/", -1)) : List.of();
    }

    private static String joined(List<?> any) {
        return any.stream().map(Object::toString).collect(Collectors.joining(" or "));
    }
}
