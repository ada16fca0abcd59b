package dev.weft.files.yaml;

import dev.weft.mesh.model.ObjectName;
import dev.weft.mesh.model.SelectingEgress;
import dev.weft.policy.egress.EgressPolicy;
import dev.weft.policy.egress.EgressTarget;
import dev.weft.policy.model.Cidr;
import dev.weft.policy.model.HostPattern;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the {@code spec} of an EgressPolicy. */
final class EgressReader {

    private EgressReader() {}

    static SelectingEgress read(ObjectName name, Fields spec) {
        return new SelectingEgress(
                new EgressPolicy(name.namespace(), name.name(), spec.mappings("to", EgressReader::target)),
                PolicyReader.workloads(spec));
    }

    private static @Nullable EgressTarget target(Fields fields) {
        Set<Integer> ports = fields.numbers("ports");
        EgressTarget range = fields.text("cidr", cidr -> new EgressTarget.Range(Cidr.parse(cidr), ports));
        return range != null ? range : fields.text("host", host -> new EgressTarget.Host(new HostPattern(host), ports));
    }
}
