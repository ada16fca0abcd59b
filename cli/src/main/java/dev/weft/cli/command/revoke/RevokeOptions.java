package dev.weft.cli.command.revoke;

import dev.weft.api.v1.RevocationOperatorGrpc;
import dev.weft.api.v1.RevocationTarget;
import dev.weft.api.v1.RevokeRequest;
import dev.weft.api.v1.RevokeResponse;
import dev.weft.cli.command.Moments;
import dev.weft.cli.command.Moments.Moment;
import dev.weft.cli.command.OutputOption;
import dev.weft.cli.command.Session;
import dev.weft.cli.command.Telling;
import dev.weft.cli.command.Telling.Told;
import dev.weft.cli.command.ToldMeshes;
import dev.weft.cli.failure.CommandFailure;
import dev.weft.cli.failure.ExitCode;
import dev.weft.cli.mesh.Mesh;
import dev.weft.cli.mesh.MeshRef;
import dev.weft.cli.mesh.RevokedLeaves;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What all that revokes has in common. */
final class RevokeOptions {

    @Option(
            names = "--trust-domain",
            paramLabel = "DOMAIN",
            description = "whose it is. Default: that of the meshes told, where they have one.")
    private @Nullable String trustDomain;

    @Option(names = "--reason", paramLabel = "TEXT", defaultValue = "", description = "why, for those who list it.")
    private String reason = "";

    @Option(
            names = "--expires",
            paramLabel = "MOMENT",
            converter = Moments.class,
            description =
                    "when it ends: 2026-01-31T12:00:00Z or +7d. Default: a week after an identity's moment, else never.")
    private @Nullable Moment expires;

    @Mixin
    private ToldMeshes meshes = new ToldMeshes();

    @Mixin
    private OutputOption output = new OutputOption();

    /** The trust domain that is meant. */
    String trustDomain(Session session) throws IOException {
        if (trustDomain != null) {
            return trustDomain;
        }
        Set<String> domains = new TreeSet<>();
        for (Mesh mesh : meshes.of(session)) {
            domains.add(mesh.trustDomain());
        }
        if (domains.size() != 1) {
            throw new CommandFailure(
                    ExitCode.USAGE,
                    "WEFT-L100",
                    "several trust domains are up, and it is not clear which is meant",
                    "say which with --trust-domain: " + String.join(", ", domains));
        }
        return domains.iterator().next();
    }

    /** The meshes to tell. */
    List<Mesh> meshes(Session session) throws IOException {
        return meshes.of(session);
    }

    /** Tells the meshes. */
    int revoke(Session session, RevocationTarget target, String domain) throws IOException {
        RevokeRequest request = RevokeRequest.newBuilder()
                .setTarget(target)
                .setTrustDomain(domain)
                .setReason(reason)
                .setExpires(expires == null ? 0 : seconds(expires.by(session.clock())))
                .setWaitMillis(meshes.timeoutMillis())
                .build();
        List<Mesh> all = meshes.of(session);
        Telling telling = new Telling(session, meshes, Set.of());
        return telling.tell(output, all, List.of(), (mesh, channel) -> {
            RevokeResponse response = RevocationOperatorGrpc.newBlockingStub(channel)
                    .withDeadlineAfter(telling.deadlineMillis(), TimeUnit.MILLISECONDS)
                    .revoke(request);
            return Told.of(
                    mesh,
                    "revoked, " + response.getRevocation().getId() + ": " + Listed.what(target),
                    response.getSpread(),
                    next(mesh, response, session.clock().instant()));
        });
    }

    /** How to take it back, and how those that it cuts off come back without that. */
    private static String[] next(MeshRef mesh, RevokeResponse response, Instant now) {
        RevokedLeaves.By by = new RevokedLeaves.By(response.getRevocation());
        Stream<String> restarts = response.getSpread().getCutOffList().stream()
                .map(workload -> by.ways(workload, mesh, now).getLast())
                .distinct();
        return Stream.concat(Stream.of(by.ways("", mesh, now).getFirst()), restarts)
                .toArray(String[]::new);
    }

    /** The first whole second that is not before; 0 would mean nothing was said. */
    static long seconds(Instant moment) {
        long floor = moment.getEpochSecond();
        return Math.max(1, moment.getNano() == 0 ? floor : floor + 1);
    }
}
