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
import dev.weft.policy.model.RequestMatch;
import dev.weft.policy.model.Source;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the {@code spec} of an AuthorizationPolicy. */
final class PolicyReader {

    private static final Map<String, Action> ACTIONS =
            Map.of("Allow", Action.ALLOW, "Deny", Action.DENY, "Audit", Action.AUDIT);
    private static final Map<String, LabelSelector.Operator> OPERATORS = Map.of(
            "In", LabelSelector.Operator.IN,
            "NotIn", LabelSelector.Operator.NOT_IN,
            "Exists", LabelSelector.Operator.EXISTS,
            "DoesNotExist", LabelSelector.Operator.DOES_NOT_EXIST);
    private static final String ANY_BELOW = "/*";

    private PolicyReader() {}

    static SelectingPolicy read(ObjectName name, Fields spec) {
        LabelSelector workloads = spec.mapping("workloads", PolicyReader::selector);
        Set<Integer> ports = spec.ports("ports");
        Action action = spec.word("action", ACTIONS);
        if (action == null) {
            spec.problem("no usable action (expected: Allow, Deny or Audit)");
        }
        List<Source> from = spec.mappings("from", source -> source(name.namespace(), source));
        List<RequestMatch> to = RequestReader.read(spec);
        return new SelectingPolicy(
                new AuthorizationPolicy(
                        name.namespace(), name.name(), ports, action == null ? Action.DENY : action, from, to),
                workloads == null ? LabelSelector.ALL : workloads);
    }

    static LabelSelector selector(Fields fields) {
        Map<String, String> labels = fields.texts("matchLabels", Syntax::labelKey, Syntax::labelValue);
        List<LabelSelector.Expression> expressions = fields.mappings("matchExpressions", PolicyReader::expression);
        return new LabelSelector(labels, expressions);
    }

    private static LabelSelector.@Nullable Expression expression(Fields fields) {
        String key = fields.requiredText("key", Syntax::labelKey);
        LabelSelector.Operator operator = fields.word("operator", OPERATORS);
        List<String> values = fields.texts("values", Syntax::labelValue);
        if (operator == null) {
            fields.problem("no usable operator (expected: In, NotIn, Exists or DoesNotExist)");
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

    private static @Nullable Source source(String namespace, Fields fields) {
        List<Condition> all = new ArrayList<>();
        String identity = fields.text("identity", PolicyReader::identityForm);
        if (identity != null) {
            all.add(identity.endsWith(ANY_BELOW) ? prefix(identity) : new Condition.Identity(SpiffeId.parse(identity)));
        }
        String prefix = fields.text("identityPrefix", PolicyReader::prefixForm);
        if (prefix != null) {
            all.add(new Condition.IdentityPrefix(prefix));
        }
        String account = fields.text("serviceAccount", PolicyReader::accountForm);
        if (account != null) {
            all.add(new Condition.Account(account(namespace, account)));
        }
        String inNamespace = fields.text("namespace", Syntax::dnsLabel);
        if (inNamespace != null) {
            all.add(new Condition.InNamespace(inNamespace));
        }
        String trustDomain = fields.text("trustDomain", Syntax::trustDomain);
        if (trustDomain != null) {
            all.add(new Condition.InTrustDomain(TrustDomain.parse(trustDomain)));
        }
        String cidr = fields.text("cidr", Syntax::cidr);
        if (cidr != null) {
            all.add(new Condition.FromAddress(Cidr.parse(cidr)));
        }
        onlyTrue(fields, "authenticated", all, new Condition.Authenticated());
        onlyTrue(fields, "anyone", all, new Condition.Anyone());
        if (all.isEmpty()) {
            fields.problem("no usable condition (expected: at least one of identity, identityPrefix, serviceAccount,"
                    + " namespace, trustDomain, cidr, authenticated, anyone)");
            return null;
        }
        return new Source(all);
    }

    private static void onlyTrue(Fields fields, String key, List<Condition> all, Condition condition) {
        String value = fields.text(key, text -> text.equals("true") ? null : "true, or the field left out");
        if (value != null) {
            all.add(condition);
        }
    }

    private static @Nullable String identityForm(String text) {
        return text.endsWith(ANY_BELOW) ? prefixForm(text.substring(0, text.length() - 1)) : Syntax.spiffeId(text);
    }

    private static Condition.IdentityPrefix prefix(String identity) {
        return new Condition.IdentityPrefix(identity.substring(0, identity.length() - 1));
    }

    private static @Nullable String prefixForm(String text) {
        try {
            return new Condition.IdentityPrefix(text).prefix().isEmpty() ? "a prefix" : null;
        } catch (IllegalArgumentException e) {
            return "a SPIFFE ID's beginning that ends with \"/\"; " + e.getMessage();
        }
    }

    private static @Nullable String accountForm(String text) {
        int slash = text.indexOf('/');
        boolean good = slash < 0
                ? Syntax.dnsName(text) == null
                : Syntax.dnsLabel(text.substring(0, slash)) == null
                        && Syntax.dnsName(text.substring(slash + 1)) == null;
        return good ? null : "a service account as namespace/name, or name alone for the policy's own namespace";
    }

    private static ServiceAccount account(String namespace, String text) {
        int slash = text.indexOf('/');
        return slash < 0
                ? new ServiceAccount(namespace, text)
                : new ServiceAccount(text.substring(0, slash), text.substring(slash + 1));
    }
}
