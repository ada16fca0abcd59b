package dev.weft.mesh.kind;

import static dev.weft.mesh.kind.Field.optional;
import static dev.weft.mesh.kind.Shape.list;
import static dev.weft.mesh.kind.Shape.mapping;
import static dev.weft.mesh.kind.Shape.text;

import dev.weft.mesh.model.LabelSelector;
import dev.weft.policy.model.Condition;
import org.jspecify.annotations.Nullable;

/** Parts that several kinds have in common. */
final class CommonFields {

    static final int MAX_ITEMS = 1024;
    static final String SEVERAL = "several in one entry (expected: one; write several entries)";

    private static final int MAX_SELECTED = 64;

    /** The number of a TCP or UDP port. */
    static final Shape PORT = new Shape.WholeNumber(1, 65_535);

    /** Field for the ports of the workloads that an object applies to. */
    static final Field PORTS =
            ports("ports", "Ports of the workloads, not of a Service.").defaultText("Every port");

    /** Fields that describe a peer, in policies and rate limits. */
    static final Shape.Mapping SOURCE = mapping()
            .optional(
                    "identity",
                    "A caller with exactly this SPIFFE ID. If it ends in /*, it means the same as identityPrefix.",
                    TextFormat.of(CommonFields::identity, 0, 2048, "spiffe://cluster.local/ns/shop/sa/web")
                            .withPattern("^[sS][pP][iI][fF][fF][eE]://"))
            .optional(
                    "identityPrefix",
                    "A caller whose SPIFFE ID begins with this text. The text ends at the border of a path segment.",
                    TextFormat.of(CommonFields::prefix, 0, 2048, "spiffe://cluster.local/ns/shop/")
                            .withPattern("^spiffe://.*/$"))
            .optional(
                    "serviceAccount",
                    "A caller with this service account in the workload's own trust domain, as"
                            + " namespace/name or as a name in the object's namespace.",
                    TextFormat.of(CommonFields::account, 1, 317, "shop/web"))
            .optional(
                    "namespace",
                    "A caller with any service account of this namespace in the workload's own trust domain.",
                    TextFormats.DNS_LABEL)
            .optional("trustDomain", "A caller with any identity of this trust domain.", TextFormats.TRUST_DOMAIN)
            .optional(
                    "cidr",
                    "A caller with an address in this range. An address does not prove an identity.",
                    TextFormats.CIDR)
            .optional("authenticated", "A caller with any proven identity.", new Shape.TrueOnly())
            .optional("anyone", "Every caller, with or without an identity.", new Shape.TrueOnly())
            .atLeastOneOf("no usable condition (expected: at least one of identity, identityPrefix, serviceAccount,"
                    + " namespace, trustDomain, cidr, authenticated, anyone)");

    /** Field for the conditions that the control plane writes in an object's status, as in Kubernetes. */
    static final Field CONDITIONS = optional(
            "conditions",
            "The conditions of the object, as in other kinds of Kubernetes.",
            new Shape.Items(condition(), 0, 16, "type"));

    private CommonFields() {}

    /** Returns the field that selects the workloads of an object. */
    static Field workloads(String is) {
        return optional("workloads", "Labels of the workloads in this namespace that the " + is + " for.", selector())
                .defaultText("All");
    }

    private static Shape selector() {
        Shape expression = mapping()
                .required("key", "The key of the label.", TextFormats.LABEL_KEY)
                .required("operator", "How the label is compared.", Shape.camelCaseWords(LabelSelector.Operator.class))
                .optional(
                        "values",
                        "At least one value for In and NotIn, and no value for the other operators.",
                        list(TextFormats.LABEL_VALUE, MAX_SELECTED))
                .rule(
                        "(self.operator in ['In', 'NotIn']) == (has(self.values) && size(self.values) > 0)",
                        "In and NotIn take at least one value, Exists and DoesNotExist take none");
        return mapping()
                .optional(
                        "matchLabels",
                        "Labels that a workload must have, with these values.",
                        new Shape.TextMap(TextFormats.LABEL_KEY, TextFormats.LABEL_VALUE, MAX_SELECTED))
                .optional(
                        "matchExpressions",
                        "Conditions on labels. All of them must be true.",
                        list(expression, MAX_SELECTED));
    }

    /** Returns the field for the callers that a policy or a limit is about. */
    static Field from(Shape callers) {
        return optional(
                "from", "The callers. A caller must match at least one entry, with all fields of the entry.", callers);
    }

    static Field ports(String name, String meaning) {
        return optional(name, meaning, list(PORT, MAX_ITEMS));
    }

    private static @Nullable String identity(String text) {
        return text.endsWith(Condition.IdentityPrefix.ANY_BELOW)
                ? prefix(text.substring(0, text.length() - 1))
                : TextFormats.SPIFFE_ID.unmet(text);
    }

    private static @Nullable String prefix(String text) {
        return TextFormat.unparsed(text, Condition.IdentityPrefix::new, "a SPIFFE ID's beginning that ends with \"/\"");
    }

    private static @Nullable String account(String text) {
        int slash = text.indexOf('/');
        boolean good = slash < 0
                ? TextFormats.DNS_NAME.unmet(text) == null
                : TextFormats.DNS_LABEL.unmet(text.substring(0, slash)) == null
                        && TextFormats.DNS_NAME.unmet(text.substring(slash + 1)) == null;
        return good ? null : "a service account as namespace/name, or name alone for the policy's own namespace";
    }

    private static Shape condition() {
        return mapping()
                .required("type", "The type of the condition.", statusText(316))
                .required("status", "Whether the condition is true.", Shape.words("True", "False", "Unknown"))
                .with(count("observedGeneration", "The generation of the object that the condition is about."))
                .required("lastTransitionTime", "The time of the last change of the status.", TextFormats.TIME)
                .required("reason", "The reason, as one word.", TextFormat.of(_ -> null, 1, 1024, ""))
                .required("message", "The reason, as text.", statusText(32_768));
    }

    /** Returns the status fields that show on which sidecars an object is in force. */
    static Shape.Mapping inForce(String object) {
        Shape sidecars = mapping()
                .with(count("selected", "Number of sidecars that the " + object + " is for."))
                .with(count("inForce", "Number of these sidecars that have acknowledged it."))
                .optional("summary", "inForce and selected, with a slash between them.", statusText(32))
                .optional(
                        "refused",
                        "Names of the first ten sidecars that have refused it, or do not support it.",
                        list(statusText(320), 10))
                .optional(
                        "waiting",
                        "Names of the first ten sidecars that have not acknowledged it.",
                        list(statusText(320), 10));
        return mapping()
                .with(count("workloads", "Number of workloads that the " + object + " selects."))
                .with(count("meshed", "Number of these workloads that have a sidecar."))
                .optional("sidecars", "Which sidecars of these workloads have it in force.", sidecars);
    }

    /** Returns the shape of a text that the control plane writes. */
    static Shape statusText(int most) {
        return text(TextFormat.of(_ -> null, 0, most, ""));
    }

    /** Returns a field for a number that the control plane writes. */
    static Field count(String name, String meaning) {
        return optional(name, meaning, new Shape.WholeNumber(0, Integer.MAX_VALUE));
    }
}
