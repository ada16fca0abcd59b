package dev.weft.files.yaml;

import dev.weft.mesh.model.LabelSelector;
import dev.weft.mesh.model.ObjectName;
import dev.weft.mesh.model.SelectingEgress;
import dev.weft.policy.egress.EgressPolicy;
import dev.weft.policy.egress.EgressTarget;
import dev.weft.policy.model.Cidr;
import dev.weft.policy.model.HostPattern;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the {@code spec} of an EgressPolicy. */
final class EgressReader {

    private static final Map<String, Action> ACTIONS = Map.of("Allow", Action.ALLOW);

    /** There is one: what nothing allows is refused. */
    private enum Action {
        ALLOW
    }

    private EgressReader() {}

    static SelectingEgress read(ObjectName name, Fields spec) {
        LabelSelector workloads = spec.mapping("workloads", PolicyReader::selector);
        if (spec.word("action", ACTIONS) == null) {
            spec.problem("no usable action (expected: Allow)");
        }
        List<EgressTarget> to = spec.mappings("to", EgressReader::target);
        if (to.size() > EgressPolicy.MAX_TO) {
            spec.problem("to: " + to.size() + " entries (expected: at most " + EgressPolicy.MAX_TO + ")");
            to = List.of();
        }
        return new SelectingEgress(
                new EgressPolicy(name.namespace(), name.name(), to), workloads == null ? LabelSelector.ALL : workloads);
    }

    private static @Nullable EgressTarget target(Fields fields) {
        String cidr = fields.text("cidr", Syntax::cidr);
        String host = fields.text("host", HostPattern::unmet);
        Set<Integer> ports = fields.ports("ports");
        if ((cidr == null) == (host == null)) {
            fields.problem("no usable target (expected: one of cidr and host)");
            return null;
        }
        return cidr != null
                ? new EgressTarget.Range(Cidr.parse(cidr), ports)
                : new EgressTarget.Host(new HostPattern(host), ports);
    }
}
