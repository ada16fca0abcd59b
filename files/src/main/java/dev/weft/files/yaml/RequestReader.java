package dev.weft.files.yaml;

import dev.weft.policy.model.AuthorizationPolicy;
import dev.weft.policy.model.HeaderMatch;
import dev.weft.policy.model.HostPattern;
import dev.weft.policy.model.PathPattern;
import dev.weft.policy.model.RequestMatch;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code to} of an AuthorizationPolicy. A list that is there and empty is refused: it would mean that anything matches, and whoever
 * writes it may mean that nothing does.
 */
final class RequestReader {

    private RequestReader() {}

    static List<RequestMatch> read(Fields spec) {
        spec.refuseEmpty("to");
        List<RequestMatch> to =
                limited(spec, "to", spec.mappings("to", RequestReader::match), AuthorizationPolicy.MAX_TO);
        long combinations = AuthorizationPolicy.combinations(to);
        if (combinations > AuthorizationPolicy.MAX_COMBINATIONS) {
            spec.problem(
                    null,
                    "to",
                    combinations + " combinations of path, method and host (expected: at most "
                            + AuthorizationPolicy.MAX_COMBINATIONS + "; share them among several policies)");
            return List.of();
        }
        return to;
    }

    private static @Nullable RequestMatch match(Fields entry) {
        Optional<RequestMatch> http = entry.mapping("http", RequestReader::http);
        Optional<RequestMatch> grpc = entry.mapping("grpc", RequestReader::grpc);
        if ((http == null) == (grpc == null)) {
            entry.problem(
                    http == null
                            ? "no usable rule (expected: http or grpc)"
                            : "http and grpc in one entry (expected: one of the two; write two entries)");
            return null;
        }
        return (http == null ? grpc : http).orElse(null);
    }

    private static Optional<RequestMatch> http(Fields fields) {
        List<String> methods = texts(fields, "methods", RequestMatch.Http::unmetMethod, RequestMatch.MAX_METHODS);
        List<String> hosts = texts(fields, "hosts", HostPattern::unmet, RequestMatch.MAX_HOSTS);
        fields.refuseEmpty("paths");
        List<PathPattern> paths =
                limited(fields, "paths", fields.mappings("paths", RequestReader::path), RequestMatch.MAX_PATHS);
        fields.refuseEmpty("headers");
        List<HeaderMatch> headers =
                limited(fields, "headers", fields.mappings("headers", RequestReader::header), RequestMatch.MAX_HEADERS);
        return Optional.of(new RequestMatch.Http(
                new HashSet<>(methods), hosts.stream().map(HostPattern::new).toList(), paths, headers));
    }

    private static Optional<RequestMatch> grpc(Fields fields) {
        String service = fields.requiredText("service", RequestMatch.Grpc::unmetService);
        List<String> methods = texts(fields, "methods", RequestMatch.Grpc::unmetMethod, RequestMatch.MAX_METHODS);
        return service.isEmpty()
                ? Optional.empty()
                : Optional.of(new RequestMatch.Grpc(service, new HashSet<>(methods)));
    }

    private static @Nullable PathPattern path(Fields fields) {
        List<PathPattern> patterns = new ArrayList<>();
        String exact = fields.text("exact", PathPattern.Exact::unmet);
        if (exact != null) {
            patterns.add(new PathPattern.Exact(exact));
        }
        String prefix = fields.text("prefix", PathPattern.Prefix::unmet);
        if (prefix != null) {
            patterns.add(new PathPattern.Prefix(prefix));
        }
        String template = fields.text("template", PathPattern.Template::unmet);
        if (template != null) {
            patterns.add(new PathPattern.Template(template));
        }
        return theOnly(fields, patterns, "no usable path (expected: exact, prefix or template)");
    }

    private static @Nullable HeaderMatch header(Fields fields) {
        String name = fields.requiredText("name", HeaderMatch::unmetName);
        String exact = fields.text("exact", HeaderMatch::unmetValue);
        String present = fields.text("present", text -> text.equals("true") ? null : "true, or the field left out");
        if (name.isEmpty()) {
            return null;
        }
        List<HeaderMatch> matches = new ArrayList<>();
        if (exact != null) {
            matches.add(new HeaderMatch.Exact(name, exact));
        }
        if (present != null) {
            matches.add(new HeaderMatch.Present(name));
        }
        return theOnly(fields, matches, "no usable value (expected: exact, or present: true)");
    }

    private static <T> @Nullable T theOnly(Fields fields, List<T> given, String ifNone) {
        if (given.size() == 1) {
            return given.getFirst();
        }
        fields.problem(given.isEmpty() ? ifNone : "several in one entry (expected: one; write several entries)");
        return null;
    }

    private static List<String> texts(Fields fields, String key, Syntax.Form form, int most) {
        fields.refuseEmpty(key);
        return limited(fields, key, fields.texts(key, form), most);
    }

    private static <T> List<T> limited(Fields fields, String key, List<T> items, int most) {
        if (items.size() > most) {
            fields.problem(null, key, items.size() + " items (expected: at most " + most + ")");
            return items.subList(0, most);
        }
        return items;
    }
}
