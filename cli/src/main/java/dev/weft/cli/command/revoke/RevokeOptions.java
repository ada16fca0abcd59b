package dev.weft.cli.command.revoke;

import dev.weft.api.v1.RevocationOperatorGrpc;
import dev.weft.api.v1.RevocationTarget;
import dev.weft.api.v1.RevokeRequest;
import dev.weft.api.v1.RevokeResponse;
import dev.weft.cli.command.MeshChange;
import dev.weft.cli.command.MeshChange.Applied;
import dev.weft.cli.command.MomentConverter;
import dev.weft.cli.command.MomentConverter.Moment;
import dev.weft.cli.command.OutputOption;
import dev.weft.cli.command.Session;
import dev.weft.cli.command.TargetMeshes;
import dev.weft.cli.failure.CommandFailure;
import dev.weft.cli.mesh.Mesh;
import dev.weft.cli.mesh.MeshRef;
import dev.weft.cli.mesh.RevokedLeaves;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options that all commands that revoke have in common. */
final class RevokeOptions {

    @Option(
            names = "--trust-domain",
            paramLabel = "DOMAIN",
            description = "the trust domain of what is revoked. Default: that of the meshes, if they share one.")
    private @Nullable String trustDomain;

    @Option(names = "--reason", paramLabel = "TEXT", defaultValue = "", description = "why; lists show it.")
    private String reason = "";

    @Option(
            names = "--expires",
            paramLabel = "MOMENT",
            converter = MomentConverter.class,
            description = "when it ends: 2026-01-31T12:00:00Z or +7d. Default: a week after an identity's moment, else"
                    + " never.")
    private @Nullable Moment expires;

    @Mixin
    TargetMeshes meshes = new TargetMeshes();

    @Mixin
    private OutputOption output = new OutputOption();

    /** Returns the given trust domain, or else that of the meshes. */
    String trustDomain(Session session) throws IOException {
        if (trustDomain != null) {
            return trustDomain;
        }
        Set<String> domains = new TreeSet<>();
        for (Mesh mesh : meshes.of(session)) {
            domains.add(mesh.trustDomain());
        }
        if (domains.size() != 1) {
            throw CommandFailure.usage(
                    "several trust domains are up, and it is not clear which is meant",
                    "choose one with --trust-domain: " + String.join(", ", domains));
        }
        return domains.iterator().next();
    }

    int revoke(Session session, RevocationTarget target, String domain) throws IOException {
        RevokeRequest request = RevokeRequest.newBuilder()
                .setTarget(target)
                .setTrustDomain(domain)
                .setReason(reason)
                .setExpires(expires == null ? 0 : seconds(expires.by(session.clock())))
                .setWaitMillis(meshes.timeoutMillis())
                .build();
        List<Mesh> all = meshes.of(session);
        MeshChange change = new MeshChange(session, meshes, Set.of());
        return change.apply(output, all, List.of(), (mesh, operator) -> {
            RevokeResponse response =
                    operator.ask(RevocationOperatorGrpc::newBlockingStub, change.deadline(), it -> it.revoke(request));
            return Applied.of(
                    mesh,
                    "revoked, " + response.getRevocation().getId() + ": " + RevocationDocument.what(target),
                    response.getSpread(),
                    response.getRemark(),
                    next(mesh, response, session.clock().instant()));
        });
    }

    /** Serial numbers and keys have no names: one with a wrong digit would seem to be revoked as well. */
    private static Stream<String> doubt(RevokeResponse response) {
        RevocationTarget target = response.getRevocation().getTarget();
        boolean number = !target.getSerialNumber().isEmpty()
                || !target.getIssuerKeySha256().isEmpty();
        return number && response.getSpread().getCutOffList().isEmpty()
                ? Stream.of(
                        "no sidecar of this mesh has a certificate that this revokes now; if one should, compare the"
                                + " number with 'weft identity WORKLOAD'")
                : Stream.empty();
    }

    /** Returns how to undo the revocation, and how the workloads that it cuts off can return without that. */
    private static String[] next(MeshRef mesh, RevokeResponse response, Instant now) {
        RevokedLeaves.RevokedBy by = new RevokedLeaves.RevokedBy(response.getRevocation());
        Stream<String> restarts = response.getSpread().getCutOffList().stream()
                .map(workload -> by.remedies(workload, mesh, now).getLast())
                .distinct();
        Stream<String> remedies =
                Stream.concat(Stream.of(by.remedies("", mesh, now).getFirst()), restarts);
        return Stream.concat(doubt(response), remedies).toArray(String[]::new);
    }

    /** Rounds up to whole seconds; 0 would mean that no moment was given. */
    static long seconds(Instant moment) {
        long floor = moment.getEpochSecond();
        return Math.max(1, moment.getNano() == 0 ? floor : floor + 1);
    }
}
