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
            .optional("set", "Put in the place of those there are.", list(header(), HeadChanges.MAX_FIELDS))
            .optional("add", "Put beside those there are.", list(header(), HeadChanges.MAX_FIELDS))
            .optional(
                    "remove",
                    "Names of headers that are taken out.",
                    list(RouteTextFormats.CHANGED_NAME, HeadChanges.MAX_FIELDS));

    private static final Field PATH = optional(
            "path",
            "Another path.",
            mapping()
                    .required(
                            "type",
                            "What is replaced.",
                            RouteTextFormats.type("", "ReplaceFullPath", "ReplacePrefixMatch"))
                    .optional("replaceFullPath", "In the place of the whole path.", RouteTextFormats.NEW_PATH)
                    .optional(
                            "replacePrefixMatch",
                            "In the place of the prefix that matched.",
                            RouteTextFormats.NEW_PATH));

    private static final Shape MIRRORED = mapping()
            .optional("backendRef", "The Service that gets a copy.", reference())
            .optional("percent", "Of how many in a hundred requests.", new Shape.WholeNumber(0, 100))
            .defaultText("100")
            .optional(
                    "fraction",
                    "Of which fraction of the requests.",
                    mapping()
                            .optional("denominator", "Out of so many.", new Shape.WholeNumber(1, Integer.MAX_VALUE))
                            .defaultText("100")
                            .optional("numerator", "So many.", new Shape.WholeNumber(0, Integer.MAX_VALUE))
                            .defaultText("0"));

    private static final Shape REDIRECTED = mapping()
            .optional("scheme", "Another scheme.", TextFormat.oneOf("http or https", "http", "https"))
            .optional("hostname", "Another host.", RouteTextFormats.HOSTNAME)
            .optional("port", "Another port.", CommonFields.PORT)
            .optional(
                    "statusCode",
                    "The status of the answer.",
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
            .optional("hostname", "Another host.", RouteTextFormats.HOSTNAME)
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
        TextFormat type = new TextFormat(
                text -> types.contains(text) ? null : expected(text, types), "", 0, 0, "", types, false, "");
        Stream<Field> obeyed = Stream.of(
                required("type", "What it does.", text(type)),
                optional("requestHeaderModifier", "Changes headers of requests.", HEADERS),
                optional("responseHeaderModifier", "Changes headers of answers.", HEADERS),
                optional("requestMirror", "Sends a copy elsewhere.", MIRRORED),
                optional("requestRedirect", "Answers with a redirect.", REDIRECTED),
                optional("urlRewrite", "Changes host or path.", REWRITTEN));
        // The fields of unsupported filters are known here, so they do not cause a second error as unknown fields.
        Stream<Field> others = Stream.of("extensionRef", "cors", "externalAuth")
                .map(name -> optional(name, "Not obeyed.", new Shape.Any()));
        return optional(
                "filters",
                "What is done with the requests.",
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
                .required("value", "Its value.", RouteTextFormats.VALUE);
    }

    /** Returns the fields that refer to a Service. */
    static Shape.Mapping reference() {
        return mapping()
                .optional("group", "\"\", the group of Services.", TextFormats.TEXT)
                .defaultText("\"\"")
                .optional("kind", "Service.", TextFormats.NON_EMPTY)
                .defaultText("Service")
                .required("name", "The Service.", TextFormats.DNS_NAME)
                .optional("namespace", "That of the route.", TextFormats.DNS_LABEL)
                .optional("port", "The Service's port; it is required.", CommonFields.PORT);
    }
}
