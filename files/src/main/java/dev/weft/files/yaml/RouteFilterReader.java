package dev.weft.files.yaml;

import dev.weft.mesh.route.Backend;
import dev.weft.mesh.route.HeadChanges;
import dev.weft.mesh.route.Match;
import dev.weft.mesh.route.Mirror;
import dev.weft.mesh.route.Redirect;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads {@code filters} of a route's rule, or of one of its backends. */
final class RouteFilterReader {

    private static final String PREFIX = "ReplacePrefixMatch";

    /** The filters of the Gateway API that are supported, each with the field that has its settings. */
    private enum Type {
        REQUEST_HEADERS("RequestHeaderModifier", "requestHeaderModifier"),
        RESPONSE_HEADERS("ResponseHeaderModifier", "responseHeaderModifier"),
        MIRROR("RequestMirror", "requestMirror"),
        REDIRECT("RequestRedirect", "requestRedirect"),
        REWRITE("URLRewrite", "urlRewrite");

        private final String word;
        private final String field;

        Type(String word, String field) {
            this.word = word;
            this.field = field;
        }
    }

    private final BackendReader backends;
    private final List<Match> matches;
    private final Set<Type> seen = EnumSet.noneOf(Type.class);
    private List<HeadChanges.FieldChange> request = List.of();
    private List<HeadChanges.FieldChange> response = List.of();
    private @Nullable String hostname;
    private Optional<HeadChanges.PathChange> path = Optional.empty();
    private Optional<Redirect> redirect = Optional.empty();
    private final List<Mirror> mirrors = new ArrayList<>();

    /** @param matches the matches of the rule */
    RouteFilterReader(BackendReader backends, List<Match> matches) {
        this.backends = backends;
        this.matches = matches;
    }

    void read(Fields owner) {
        owner.mappings("filters", this::filter);
        if (seen.contains(Type.REDIRECT) && seen.contains(Type.REWRITE)) {
            owner.problem("filters", "RequestRedirect and URLRewrite (expected: one of the two)");
        }
    }

    HeadChanges changes() {
        return new HeadChanges(request, response, hostname, path);
    }

    Optional<Redirect> redirect() {
        return redirect;
    }

    List<Mirror> mirrors() {
        return mirrors;
    }

    private boolean filter(Fields fields) {
        String word = fields.text("type");
        Optional<Type> known =
                Stream.of(Type.values()).filter(each -> each.word.equals(word)).findFirst();
        if (known.isEmpty()) {
            return false;
        }
        Type type = known.get();
        if (!seen.add(type) && type != Type.MIRROR) {
            fields.problem(type.word + " is there twice (expected: one filter of this type)");
        }
        Boolean read = fields.mapping(type.field, said -> {
            switch (type) {
                case REQUEST_HEADERS -> request = headers(said);
                case RESPONSE_HEADERS -> response = headers(said);
                case MIRROR -> mirror(said);
                case REDIRECT -> redirect = Optional.of(redirect(said));
                case REWRITE -> rewrite(said);
            }
            return true;
        });
        if (read == null) {
            fields.problem(type.field + " is missing (expected: what the filter does)");
        }
        return true;
    }

    private static List<HeadChanges.FieldChange> headers(Fields fields) {
        List<HeadChanges.FieldChange> all = new ArrayList<>();
        values(fields, "set").forEach(field -> all.add(new HeadChanges.FieldChange.Set(field.name(), field.value())));
        values(fields, "add").forEach(field -> all.add(new HeadChanges.FieldChange.Add(field.name(), field.value())));
        fields.texts("remove").stream()
                .map(RouteMatchReader::lower)
                .distinct()
                .forEach(name -> all.add(new HeadChanges.FieldChange.Remove(name)));
        if (all.isEmpty()) {
            fields.problem("nothing is changed (expected: set, add or remove)");
        }
        return all;
    }

    private static List<Match.Field> values(Fields fields, String key) {
        return RouteMatchReader.firstOfName(fields.mappings(key, RouteMatchReader::header));
    }

    private void mirror(Fields fields) {
        Backend backend = fields.mapping("backendRef", backends::mirrored);
        int percent = fields.number("percent", -1);
        Integer fraction = fields.mapping("fraction", RouteFilterReader::fraction);
        if (percent >= 0 && fraction != null) {
            fields.problem("percent and fraction (expected: one of the two)");
        }
        int share = percent >= 0 ? percent * (Mirror.ALL / 100) : Mirror.ALL;
        if (backend == null) {
            fields.problem("no usable backendRef (expected: a Service and its port)");
        } else {
            mirrors.add(new Mirror(backend, fraction == null ? share : fraction));
        }
    }

    private static int fraction(Fields fields) {
        int denominator = fields.number("denominator", 100);
        int numerator = fields.number("numerator", 0);
        if (numerator > denominator) {
            fields.problem("more than all requests (expected: numerator of at most " + denominator + ")");
            return Mirror.ALL;
        }
        return (int) ((long) Mirror.ALL * numerator / denominator);
    }

    private void rewrite(Fields fields) {
        hostname = fields.text("hostname");
        path = pathChange(fields);
        if (hostname == null && path.isEmpty()) {
            fields.problem("nothing is changed (expected: hostname or path)");
        }
    }

    private Redirect redirect(Fields fields) {
        int port = fields.number("port", 0);
        return new Redirect(
                fields.text("scheme"),
                fields.text("hostname"),
                port == 0 ? null : port,
                Objects.requireNonNullElse(fields.text("statusCode", Integer::valueOf), Redirect.DEFAULT_STATUS),
                pathChange(fields));
    }

    private Optional<HeadChanges.PathChange> pathChange(Fields fields) {
        return Optional.ofNullable(fields.mapping("path", this::path));
    }

    private HeadChanges.@Nullable PathChange path(Fields fields) {
        String type = fields.text("type");
        if (type == null) {
            return null;
        }
        String full = fields.text("replaceFullPath");
        String prefix = fields.text("replacePrefixMatch");
        boolean byPrefix = type.equals(PREFIX);
        String given = byPrefix ? prefix : full;
        if (given == null || (byPrefix ? full : prefix) != null) {
            fields.problem("not what the type says (expected: " + (byPrefix ? "replacePrefixMatch" : "replaceFullPath")
                    + " and no other)");
            return null;
        }
        if (!byPrefix) {
            return new HeadChanges.PathChange.Full(given.isEmpty() ? "/" : given);
        }
        if (matches.size() != 1 || !(matches.getFirst().path() instanceof Match.PathMatch.Prefix)) {
            fields.problem(PREFIX + " (expected: a rule with one match, whose path is a PathPrefix)");
            return null;
        }
        return new HeadChanges.PathChange.Prefix(given.endsWith("/") ? given.substring(0, given.length() - 1) : given);
    }
}
