package dev.weft.control.observe;

import dev.weft.api.v1.PolicedWorkload;
import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.mesh.model.Workload;
import dev.weft.mesh.registry.Snapshot;
import dev.weft.mesh.select.PolicyIndex;
import dev.weft.policy.wire.PolicyWire;
import java.util.stream.Stream;

/** Lists the meshed workloads with the policies about them, for an operator. */
final class PolicedWorkloads {

    private PolicedWorkloads() {}

    /**
     * Returns a message for each meshed workload, by name.
     *
     * @param namespace the namespace whose workloads come with their policies; empty for all
     */
    static Stream<PolicedWorkload> of(ObservedMesh mesh, String namespace) {
        Snapshot objects = mesh.objects();
        PolicyIndex policies = PolicyIndex.of(objects.policies().values());
        return objects.workloads().values().stream()
                .filter(Workload::meshed)
                .flatMap(workload -> mesh
                        .identityOf(workload.name().toString())
                        .map(identity -> message(objects, policies, workload, identity, namespace))
                        .stream());
    }

    private static PolicedWorkload message(
            Snapshot objects, PolicyIndex policies, Workload workload, SpiffeId identity, String namespace) {
        PolicedWorkload.Builder message = PolicedWorkload.newBuilder()
                .setWorkload(workload.name().toString())
                .setIdentity(identity.toString());
        if (namespace.isEmpty() || workload.name().namespace().equals(namespace)) {
            message.putAllLabels(workload.labels())
                    .addAllDeclaredPorts(
                            workload.ports().stream().map(Workload.Port::port).toList())
                    .setPolicies(
                            PolicyWire.toProto(policies.policySetFor(workload, objects.defaultDecision(workload))));
        }
        return message.build();
    }
}
