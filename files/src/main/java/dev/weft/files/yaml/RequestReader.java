package dev.weft.files.yaml;

import dev.weft.policy.model.AuthorizationPolicy;
import dev.weft.policy.model.HeaderMatch;
import dev.weft.policy.model.HostPattern;
import dev.weft.policy.model.PathPattern;
import dev.weft.policy.model.RequestMatch;
import java.util.HashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads {@code to} of an AuthorizationPolicy. */
final class RequestReader {

    private RequestReader() {}

    static List<RequestMatch> read(Fields spec) {
        List<RequestMatch> to = spec.mappings("to", RequestReader::match);
        long combinations = AuthorizationPolicy.combinations(to);
        if (combinations > AuthorizationPolicy.MAX_COMBINATIONS) {
            spec.problem(
                    "to",
                    combinations + " combinations of path, method and host (expected: at most "
                            + AuthorizationPolicy.MAX_COMBINATIONS + "; share them among several policies)");
            return List.of();
        }
        return to;
    }

    private static @Nullable RequestMatch match(Fields entry) {
        RequestMatch http = entry.mapping("http", RequestReader::http);
        return http != null ? http : entry.mapping("grpc", RequestReader::grpc);
    }

    private static RequestMatch http(Fields fields) {
        return new RequestMatch.Http(
                new HashSet<>(fields.texts("methods")),
                fields.texts("hosts").stream().map(HostPattern::new).toList(),
                fields.mappings("paths", RequestReader::path),
                fields.mappings("headers", RequestReader::header));
    }

    private static @Nullable RequestMatch grpc(Fields fields) {
        return fields.text(
                "service", service -> new RequestMatch.Grpc(service, new HashSet<>(fields.texts("methods"))));
    }

    private static @Nullable PathPattern path(Fields fields) {
        PathPattern exact = fields.text("exact", PathPattern.Exact::new);
        PathPattern prefix = fields.text("prefix", PathPattern.Prefix::new);
        return exact != null ? exact : prefix != null ? prefix : fields.text("template", PathPattern.Template::new);
    }

    private static @Nullable HeaderMatch header(Fields fields) {
        String name = fields.text("name");
        if (name == null) {
            return null;
        }
        HeaderMatch exact = fields.text("exact", value -> new HeaderMatch.Exact(name, value));
        return exact != null ? exact : fields.text("present", _ -> new HeaderMatch.Present(name));
    }
}
