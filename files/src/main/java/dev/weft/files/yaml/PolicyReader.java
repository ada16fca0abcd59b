package dev.weft.files.yaml;

import dev.weft.identity.spiffe.ServiceAccount;
import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.mesh.model.LabelSelector;
import dev.weft.mesh.model.ObjectName;
import dev.weft.mesh.model.SelectingPolicy;
import dev.weft.policy.model.Action;
import dev.weft.policy.model.AuthorizationPolicy;
import dev.weft.policy.model.Cidr;
import dev.weft.policy.model.Condition;
import dev.weft.policy.model.Source;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads the {@code spec} of an AuthorizationPolicy. */
final class PolicyReader {

    private PolicyReader() {}

    static @Nullable SelectingPolicy read(ObjectName name, Fields spec) {
        Action action = spec.word("action", Action.class);
        List<Source> from = spec.mappings("from", source -> source(name.namespace(), source));
        return action == null
                ? null
                : new SelectingPolicy(
                        new AuthorizationPolicy(
                                name.namespace(),
                                name.name(),
                                spec.numbers("ports"),
                                action,
                                from,
                                RequestReader.read(spec)),
                        workloads(spec));
    }

    /** Returns the selector for the workloads of an object; without one, all workloads. */
    static LabelSelector workloads(Fields spec) {
        LabelSelector conditions = spec.mapping("workloads", PolicyReader::selector);
        return conditions == null ? LabelSelector.ALL : conditions;
    }

    private static LabelSelector selector(Fields fields) {
        return new LabelSelector(
                fields.map("matchLabels"), fields.mappings("matchExpressions", PolicyReader::expression));
    }

    private static LabelSelector.@Nullable Expression expression(Fields fields) {
        String key = fields.text("key");
        LabelSelector.Operator operator = fields.word("operator", LabelSelector.Operator.class);
        List<String> values = fields.texts("values");
        if (key == null || operator == null) {
            return null;
        }
        boolean wantsValues = switch (operator) {
            case IN, NOT_IN -> true;
            case EXISTS, DOES_NOT_EXIST -> false;
        };
        if (wantsValues == values.isEmpty()) {
            fields.problem(wantsValues ? "values are missing" : "values are there (expected: none for this operator)");
        }
        return new LabelSelector.Expression(key, operator, values);
    }

    /** Returns null if none of the conditions is usable. */
    static @Nullable Source source(String namespace, Fields fields) {
        List<Condition> all = Stream.<Condition>of(
                        fields.text("identity", PolicyReader::identity),
                        fields.text("identityPrefix", Condition.IdentityPrefix::new),
                        fields.text("serviceAccount", text -> new Condition.Account(account(namespace, text))),
                        fields.text("namespace", Condition.InNamespace::new),
                        fields.text("trustDomain", text -> new Condition.InTrustDomain(TrustDomain.parse(text))),
                        fields.text("cidr", text -> new Condition.FromAddress(Cidr.parse(text))),
                        fields.text("authenticated", _ -> new Condition.Authenticated()),
                        fields.text("anyone", _ -> new Condition.Anyone()))
                .filter(Objects::nonNull)
                .toList();
        return all.isEmpty() ? null : new Source(all);
    }

    private static Condition identity(String text) {
        return text.endsWith(Condition.IdentityPrefix.ANY_BELOW)
                ? new Condition.IdentityPrefix(text.substring(0, text.length() - 1))
                : new Condition.Identity(SpiffeId.parse(text));
    }

    private static ServiceAccount account(String namespace, String text) {
        int slash = text.indexOf('/');
        return slash < 0
                ? new ServiceAccount(namespace, text)
                : new ServiceAccount(text.substring(0, slash), text.substring(slash + 1));
    }
}
