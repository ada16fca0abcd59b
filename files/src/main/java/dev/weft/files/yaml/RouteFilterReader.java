package dev.weft.files.yaml;

import dev.weft.mesh.route.Backend;
import dev.weft.mesh.route.HeadChanges;
import dev.weft.mesh.route.Match;
import dev.weft.mesh.route.Mirror;
import dev.weft.mesh.route.Redirect;
import dev.weft.mesh.route.RouteKind;
import dev.weft.mesh.route.Rule;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads {@code filters} of a route's rule, or of one of its backends. */
final class RouteFilterReader {

    private static final String PREFIX = "ReplacePrefixMatch";
    private static final int MAX_DENOMINATOR = Integer.MAX_VALUE;

    /** The filters of the Gateway API that are obeyed, by the field that says more. */
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

    private static final Map<String, String> NOT_OBEYED = Map.of(
            "ExtensionRef", "Weft has no filters of its own",
            "CORS", "let the application answer preflight requests",
            "ExternalAuth", "write an AuthorizationPolicy");

    private final BackendReader backends;
    private final List<Match> matches;
    private final Set<Type> allowed;
    private final Set<Type> seen = EnumSet.noneOf(Type.class);
    private List<HeadChanges.FieldChange> request = List.of();
    private List<HeadChanges.FieldChange> response = List.of();
    private @Nullable String hostname;
    private Optional<HeadChanges.PathChange> path = Optional.empty();
    private Optional<Redirect> redirect = Optional.empty();
    private final List<Mirror> mirrors = new ArrayList<>();

    private RouteFilterReader(BackendReader backends, List<Match> matches, Set<Type> allowed) {
        this.backends = backends;
        this.matches = matches;
        this.allowed = allowed;
    }

    static RouteFilterReader ofRule(BackendReader backends, List<Match> matches) {
        return switch (backends.kind()) {
            case HTTP -> new RouteFilterReader(backends, matches, EnumSet.allOf(Type.class));
            case GRPC ->
                new RouteFilterReader(
                        backends, matches, EnumSet.of(Type.REQUEST_HEADERS, Type.RESPONSE_HEADERS, Type.MIRROR));
        };
    }

    static RouteFilterReader ofBackend(BackendReader backends, List<Match> matches) {
        Set<Type> allowed = EnumSet.of(Type.REQUEST_HEADERS, Type.RESPONSE_HEADERS);
        if (backends.kind() == RouteKind.HTTP) {
            allowed.add(Type.REWRITE);
        }
        return new RouteFilterReader(backends, matches, allowed);
    }

    void read(Fields owner) {
        List<Boolean> all = owner.mappings("filters", this::filter);
        RouteForms.limited(owner, "filters", all, Rule.MAX_FILTERS);
        if (seen.contains(Type.REDIRECT) && seen.contains(Type.REWRITE)) {
            owner.problem(null, "filters", "RequestRedirect and URLRewrite (expected: one of the two)");
        }
    }

    HeadChanges changes() {
        return new HeadChanges(request, response, hostname, path);
    }

    Optional<Redirect> redirect() {
        return redirect;
    }

    List<Mirror> mirrors() {
        return mirrors.subList(0, Math.min(mirrors.size(), Rule.MAX_FILTERS));
    }

    private boolean filter(Fields fields) {
        Map<String, Type> words = new LinkedHashMap<>();
        allowed.forEach(type -> words.put(type.word, type));
        String word = fields.requiredText("type", text -> unmetType(text, words));
        Type type = words.get(word);
        if (type == null) {
            // What belongs to a filter that is not obeyed is not said to be unknown too.
            List.of("extensionRef", "cors", "externalAuth", "requestMirror", "requestRedirect", "urlRewrite")
                    .forEach(fields::take);
            return false;
        }
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

    private static @Nullable String unmetType(String text, Map<String, Type> words) {
        if (words.containsKey(text)) {
            return null;
        }
        String instead = NOT_OBEYED.get(text);
        boolean ofRules =
                instead == null && EnumSet.allOf(Type.class).stream().anyMatch(type -> type.word.equals(text));
        return String.join(", ", words.keySet())
                + (instead == null ? "" : "; " + instead)
                + (ofRules ? "; write it among the filters of the rule, if the route's kind has it" : "");
    }

    private static List<HeadChanges.FieldChange> headers(Fields fields) {
        List<HeadChanges.FieldChange> all = new ArrayList<>();
        all.addAll(values(fields, "set").stream()
                .map(field -> new HeadChanges.FieldChange.Set(field.name(), field.value()))
                .toList());
        all.addAll(values(fields, "add").stream()
                .map(field -> new HeadChanges.FieldChange.Add(field.name(), field.value()))
                .toList());
        List<String> removed = fields.texts("remove", RouteForms::changedHeaderName).stream()
                .map(RouteForms::lower)
                .toList();
        RouteForms.distinct(
                        fields,
                        "remove",
                        RouteForms.limited(fields, "remove", removed, HeadChanges.MAX_FIELDS),
                        name -> name)
                .forEach(name -> all.add(new HeadChanges.FieldChange.Remove(name)));
        if (all.isEmpty()) {
            fields.problem("nothing is changed (expected: set, add or remove)");
        }
        return all;
    }

    private static List<Match.Field> values(Fields fields, String key) {
        List<Match.Field> read = fields.mappings(key, field -> {
            String name = field.requiredText("name", RouteForms::changedHeaderName);
            String value = field.requiredText("value", RouteForms::headerValue);
            return name.isEmpty() ? null : new Match.Field(RouteForms.lower(name), value);
        });
        return RouteForms.distinct(
                fields, key, RouteForms.limited(fields, key, read, HeadChanges.MAX_FIELDS), Match.Field::name);
    }

    private void mirror(Fields fields) {
        Optional<Backend> backend = fields.mapping("backendRef", said -> Optional.ofNullable(backends.mirrored(said)));
        int percent = fields.number("percent", -1, 0, 100);
        Integer fraction = fields.mapping("fraction", RouteFilterReader::fraction);
        if (percent >= 0 && fraction != null) {
            fields.problem("percent and fraction (expected: one of the two)");
        }
        int share = percent >= 0 ? percent * (Mirror.ALL / 100) : Mirror.ALL;
        if (backend == null || backend.isEmpty()) {
            fields.problem("no usable backendRef (expected: a Service and its port)");
        } else {
            mirrors.add(new Mirror(backend.get(), fraction == null ? share : fraction));
        }
    }

    private static int fraction(Fields fields) {
        int denominator = fields.number("denominator", 100, 1, MAX_DENOMINATOR);
        int numerator = fields.number("numerator", 0, 0, MAX_DENOMINATOR);
        if (numerator > denominator) {
            fields.problem("more than all requests (expected: numerator of at most " + denominator + ")");
            return Mirror.ALL;
        }
        return (int) ((long) Mirror.ALL * numerator / denominator);
    }

    private void rewrite(Fields fields) {
        hostname = fields.text("hostname", RouteForms::hostname);
        path = pathChange(fields);
        if (hostname == null && path.isEmpty()) {
            fields.problem("nothing is changed (expected: hostname or path)");
        }
    }

    private Redirect redirect(Fields fields) {
        String scheme = fields.text("scheme", text -> Set.of("http", "https").contains(text) ? null : "http or https");
        String host = fields.text("hostname", RouteForms::hostname);
        int port = fields.number("port", 0, 1, References.MAX_PORT);
        String status = fields.text(
                "statusCode",
                text -> Redirect.STATUSES.stream().map(String::valueOf).anyMatch(text::equals)
                        ? null
                        : "301, 302, 303, 307 or 308");
        Optional<HeadChanges.PathChange> changed = pathChange(fields);
        return new Redirect(
                scheme,
                host,
                port == 0 ? null : port,
                status == null ? Redirect.DEFAULT_STATUS : Integer.parseInt(status),
                changed);
    }

    private Optional<HeadChanges.PathChange> pathChange(Fields fields) {
        Optional<HeadChanges.PathChange> changed = fields.mapping("path", said -> Optional.ofNullable(path(said)));
        return changed == null ? Optional.empty() : changed;
    }

    private HeadChanges.@Nullable PathChange path(Fields fields) {
        String type = fields.requiredText("type", RouteForms.type("", "ReplaceFullPath", PREFIX));
        String full = fields.text("replaceFullPath", RouteForms::newPath);
        String prefix = fields.text("replacePrefixMatch", RouteForms::newPath);
        boolean byPrefix = type.equals(PREFIX);
        String given = byPrefix ? prefix : full;
        if (given == null || (byPrefix ? full : prefix) != null) {
            if (!type.isEmpty()) {
                fields.problem("not what the type says (expected: "
                        + (byPrefix ? "replacePrefixMatch" : "replaceFullPath") + " and no other)");
            }
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
