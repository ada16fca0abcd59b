package dev.weft.cli.command.revoke;

import dev.weft.api.v1.IdentityTarget;
import dev.weft.api.v1.RevocationTarget;
import dev.weft.cli.command.MomentConverter;
import dev.weft.cli.command.MomentConverter.Moment;
import dev.weft.cli.command.Session;
import dev.weft.cli.command.SessionCommand;
import dev.weft.cli.failure.CommandFailure;
import dev.weft.cli.mesh.Mesh;
import dev.weft.cli.mesh.Operator;
import dev.weft.daemon.text.Guess;
import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.identity.spiffe.TrustDomain;
import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "identity",
        description = "Revoke the certificates of an identity that were issued before a moment.",
        footer = {
            "  weft revoke identity shop/web                       # the certificates that it has now",
            "  weft revoke identity shop/web --issued-before +1h   # and it gets none for an hour",
            "  weft revoke identity spiffe://other.example/ns/shop/sa/web --reason 'stolen laptop'",
        })
final class RevokeIdentityCommand extends SessionCommand {

    private static final String SCHEME = "spiffe://";

    @Parameters(paramLabel = "IDENTITY", description = "a SPIFFE ID, or namespace/service-account.")
    private String identity = "";

    @Option(
            names = "--issued-before",
            paramLabel = "MOMENT",
            converter = MomentConverter.class,
            description = "such as 2026-01-31T12:00:00Z, or +1h from now; until then none is issued. Default: now.")
    private @Nullable Moment issuedBefore;

    @Option(names = "--unknown", description = "revoke the identity although no workload has it")
    private boolean unknown;

    @Mixin
    private RevokeOptions options = new RevokeOptions();

    RevokeIdentityCommand(Session session) {
        super(session);
    }

    @Override
    public Integer call() throws IOException {
        SpiffeId id = identity.startsWith(SCHEME) ? parse(identity) : ofServiceAccount();
        if (!unknown) {
            mustBeKnown(id, options.meshes.of(session), options.meshes.deadline());
        }
        IdentityTarget.Builder target = IdentityTarget.newBuilder().setSpiffeId(id.toString());
        if (issuedBefore != null) {
            target.setIssuedBefore(RevokeOptions.seconds(issuedBefore.by(session.clock())));
        }
        return options.revoke(
                session,
                RevocationTarget.newBuilder().setIdentity(target).build(),
                id.trustDomain().name());
    }

    /**
     * Refuses an identity of these meshes' trust domain that no workload or machine has. Identities of other trust
     * domains are not known here.
     *
     * @throws CommandFailure WEFT-L213, with similar names
     */
    private static void mustBeKnown(SpiffeId id, List<Mesh> meshes, Duration deadline) throws IOException {
        List<Mesh> own = meshes.stream()
                .filter(mesh -> mesh.trustDomain().equals(id.trustDomain().name()))
                .toList();
        Set<String> known = new TreeSet<>();
        for (Mesh mesh : own) {
            mesh.members().forEach(member -> known.add(member.identity()));
            known.addAll(mesh.ask(operator -> identities(operator, deadline)));
        }
        if (!own.isEmpty() && !known.contains(id.toString())) {
            throw unknown(id, own, known);
        }
    }

    private static Collection<String> identities(Operator operator, Duration deadline) {
        Set<String> known = new TreeSet<>();
        operator.trust(deadline).getProxiesList().forEach(proxy -> known.add(proxy.getIdentity()));
        operator.machines(deadline)
                .getMachinesList()
                .forEach(machine -> known.add(machine.getToken().getIdentity()));
        return known;
    }

    private static CommandFailure unknown(SpiffeId id, List<Mesh> own, Set<String> known) {
        known.remove("");
        List<String> guesses = Guess.near(id.toString(), known);
        String names =
                String.join(", ", own.stream().map(mesh -> mesh.ref().name()).toList());
        return CommandFailure.notFound(
                "WEFT-L213",
                "no workload of mesh " + names + " has the identity " + id + "; nothing is revoked",
                guesses.isEmpty() ? "'weft status' lists the identities" : Guess.question(guesses),
                "--unknown revokes it although no workload has it");
    }

    private SpiffeId ofServiceAccount() throws IOException {
        try {
            String[] parts = identity.split("/", -1);
            if (parts.length != 2) {
                throw new IllegalArgumentException("such as shop/web, or spiffe://cluster.local/ns/shop/sa/web");
            }
            return SpiffeId.ofServiceAccount(TrustDomain.parse(options.trustDomain(session)), parts[0], parts[1]);
        } catch (IllegalArgumentException e) {
            throw wrong(e);
        }
    }

    private SpiffeId parse(String text) {
        try {
            return SpiffeId.parse(text);
        } catch (IllegalArgumentException e) {
            throw wrong(e);
        }
    }

    private CommandFailure wrong(IllegalArgumentException e) {
        return CommandFailure.usage(
                "identity: " + identity + " (expected: namespace/service-account, or a SPIFFE ID)",
                String.valueOf(e.getMessage()));
    }
}
