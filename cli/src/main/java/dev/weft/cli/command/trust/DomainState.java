package dev.weft.cli.command.trust;

import dev.weft.api.v1.SetTrustDomainStateRequest;
import dev.weft.api.v1.SetTrustDomainStateResponse;
import dev.weft.api.v1.TrustDomainOperatorGrpc;
import dev.weft.api.v1.TrustDomainState;
import dev.weft.cli.command.MeshChange;
import dev.weft.cli.command.MeshChange.Applied;
import dev.weft.cli.command.OutputOption;
import dev.weft.cli.command.Session;
import dev.weft.cli.command.TargetMeshes;
import dev.weft.cli.mesh.Mesh;
import java.io.IOException;
import java.util.List;
import java.util.Set;

/** Enables or disables a trust domain in meshes. */
final class DomainState {

    /** The code if the mesh does not know the trust domain, and so trusts nothing of it. */
    private static final String NO_DOMAIN = "WEFT-C034";

    private DomainState() {}

    /**
     * Sets the state. A mesh of that trust domain itself is skipped, unless it is the only one: it continues to work
     * internally.
     */
    static int set(
            Session session,
            TargetMeshes meshes,
            OutputOption output,
            String domain,
            TrustDomainState state,
            String reason)
            throws IOException {
        SetTrustDomainStateRequest request = SetTrustDomainStateRequest.newBuilder()
                .setTrustDomain(domain)
                .setState(state)
                .setReason(reason)
                .setWaitMillis(meshes.timeoutMillis())
                .build();
        List<Mesh> all = meshes.of(session);
        List<Mesh> concerned = all.size() == 1
                ? all
                : all.stream()
                        .filter(mesh -> !mesh.trustDomain().equals(domain))
                        .toList();
        List<String> itself = all.stream()
                .filter(mesh -> !concerned.contains(mesh))
                .map(mesh -> mesh.ref().name())
                .toList();
        String done = state == TrustDomainState.TRUST_DOMAIN_STATE_DISABLED ? " is disabled" : " is active";
        MeshChange change = new MeshChange(session, meshes, Set.of(NO_DOMAIN));
        return change.apply(output, concerned, itself, (mesh, operator) -> {
            SetTrustDomainStateResponse response = operator.ask(
                    TrustDomainOperatorGrpc::newBlockingStub, change.deadline(), it -> it.setTrustDomainState(request));
            String back = state == TrustDomainState.TRUST_DOMAIN_STATE_DISABLED
                    ? "take it back: weft trust enable " + domain + mesh.option()
                    : "";
            return Applied.of(
                    mesh,
                    domain + done,
                    response.getSpread(),
                    response.getRemark(),
                    back.isEmpty() ? new String[0] : new String[] {back});
        });
    }
}
