package dev.weft.mesh.kind;

import static dev.weft.mesh.kind.Field.optional;
import static dev.weft.mesh.kind.Field.required;
import static dev.weft.mesh.kind.Shape.list;
import static dev.weft.mesh.kind.Shape.mapping;
import static dev.weft.mesh.kind.Shape.text;

import dev.weft.mesh.route.HeadChanges;
import dev.weft.mesh.route.Redirect;
import dev.weft.mesh.route.RouteKind;
import dev.weft.mesh.route.Rule;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The filters of routes. */
final class RouteFilters {

    private static final String REQUEST_HEADERS = "RequestHeaderModifier";
    private static final String RESPONSE_HEADERS = "ResponseHeaderModifier";
    private static final String MIRROR = "RequestMirror";
    private static final String REDIRECT = "RequestRedirect";
    private static final String REWRITE = "URLRewrite";
    private static final List<String> ALL = List.of(REQUEST_HEADERS, RESPONSE_HEADERS, MIRROR, REDIRECT, REWRITE);

    private static final Map<String, String> NOT_OBEYED = Map.of(
            "ExtensionRef", "Weft has no filters of its own",
            "CORS", "let the application answer preflight requests",
            "ExternalAuth", "write an AuthorizationPolicy");

    private static final Shape HEADERS = mapping()
            .optional(
                    "set",
                    "Headers that replace present headers with the same name.",
                    list(header(), HeadChanges.MAX_FIELDS))
            .optional("add", "Headers that are added to the present headers.", list(header(), HeadChanges.MAX_FIELDS))
            .optional(
                    "remove",
                    "Names of headers that are removed.",
                    list(RouteTextFormats.CHANGED_NAME, HeadChanges.MAX_FIELDS));

    private static final Field PATH = optional(
            "path",
            "The new path.",
            mapping()
                    .required(
                            "type",
                            "Which part of the path is replaced.",
                            RouteTextFormats.type("", "ReplaceFullPath", "ReplacePrefixMatch"))
                    .optional("replaceFullPath", "Replaces the whole path.", RouteTextFormats.NEW_PATH)
                    .optional("replacePrefixMatch", "Replaces the prefix that matched.", RouteTextFormats.NEW_PATH));

    private static final Shape MIRRORED = mapping()
            .optional("backendRef", "The Service that gets the copies.", reference())
            .optional("percent", "Percentage of requests that are copied.", new Shape.WholeNumber(0, 100))
            .defaultText("100")
            .optional(
                    "fraction",
                    "Share of requests that are copied, as a fraction.",
                    mapping()
                            .optional(
                                    "denominator",
                                    "The denominator of the fraction.",
                                    new Shape.WholeNumber(1, Integer.MAX_VALUE))
                            .defaultText("100")
                            .optional(
                                    "numerator",
                                    "The numerator of the fraction.",
                                    new Shape.WholeNumber(0, Integer.MAX_VALUE))
                            .defaultText("0"));

    private static final Shape REDIRECTED = mapping()
            .optional("scheme", "The scheme in the new location.", TextFormat.oneOf("http or https", "http", "https"))
            .optional("hostname", "The host in the new location.", RouteTextFormats.HOSTNAME)
            .optional("port", "The port in the new location.", CommonFields.PORT)
            .optional(
                    "statusCode",
                    "The status of the response.",
                    TextFormat.oneOf(
                                    "301, 302, 303, 307 or 308",
                                    Redirect.STATUSES.stream()
                                            .sorted()
                                            .map(String::valueOf)
                                            .toArray(String[]::new))
                            .orNumber())
            .defaultText(String.valueOf(Redirect.DEFAULT_STATUS))
            .with(PATH);

    private static final Shape REWRITTEN = mapping()
            .optional("hostname", "The new host.", RouteTextFormats.HOSTNAME)
            .with(PATH);

    private RouteFilters() {}

    static Field of(RouteKind kind) {
        return filters(
                switch (kind) {
                    case HTTP -> ALL;
                    case GRPC -> List.of(REQUEST_HEADERS, RESPONSE_HEADERS, MIRROR);
                });
    }

    static Field ofBackend(RouteKind kind) {
        return filters(
                switch (kind) {
                    case HTTP -> List.of(REQUEST_HEADERS, RESPONSE_HEADERS, REWRITE);
                    case GRPC -> List.of(REQUEST_HEADERS, RESPONSE_HEADERS);
                });
    }

    private static Field filters(List<String> types) {
        TextFormat type = TextFormat.oneOf(text -> expected(text, types), types);
        Stream<Field> obeyed = Stream.of(
                required("type", "The type of the filter.", text(type)),
                optional("requestHeaderModifier", "Changes headers of requests.", HEADERS),
                optional("responseHeaderModifier", "Changes headers of responses.", HEADERS),
                optional("requestMirror", "Sends copies of requests to another Service.", MIRRORED),
                optional("requestRedirect", "Answers with a redirect.", REDIRECTED),
                optional("urlRewrite", "Changes the host or the path of requests.", REWRITTEN));
        // The fields of unsupported filters are known here, so they do not cause a second error as unknown fields.
        Stream<Field> others = Stream.of("extensionRef", "cors", "externalAuth")
                .map(name -> optional(name, "Not supported.", new Shape.Any()));
        return optional(
                "filters",
                "Changes to the requests and their responses.",
                list(mapping(Stream.concat(obeyed, others).toArray(Field[]::new)), Rule.MAX_FILTERS));
    }

    private static String expected(String text, List<String> types) {
        String instead = NOT_OBEYED.get(text);
        return String.join(", ", types)
                + (instead == null ? "" : "; " + instead)
                + (ALL.contains(text) ? "; write it among the filters of the rule, if the route's kind has it" : "");
    }

    private static Shape header() {
        return mapping()
                .required("name", "The header's name.", RouteTextFormats.CHANGED_NAME)
                .required("value", "The header's value.", RouteTextFormats.VALUE);
    }

    /** Returns the fields that refer to a Service. */
    static Shape.Mapping reference() {
        return mapping()
                .optional("group", "\"\", the group of Services.", TextFormats.TEXT)
                .defaultText("\"\"")
                .optional("kind", "Service.", TextFormats.NON_EMPTY)
                .defaultText("Service")
                .required("name", "The name of the Service.", TextFormats.DNS_NAME)
                .optional("namespace", "The namespace of the Service.", TextFormats.DNS_LABEL)
                .defaultText("The namespace of the route")
                .optional("port", "The Service's port; it is required.", CommonFields.PORT);
    }
}
