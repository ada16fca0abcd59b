package dev.weft.cli.command.revoke;

import dev.weft.api.v1.IdentityTarget;
import dev.weft.api.v1.RevocationTarget;
import dev.weft.cli.command.MomentConverter;
import dev.weft.cli.command.MomentConverter.Moment;
import dev.weft.cli.command.Session;
import dev.weft.cli.command.SessionCommand;
import dev.weft.cli.failure.CommandFailure;
import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.identity.spiffe.TrustDomain;
import java.io.IOException;
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
            KnownIdentities.mustHave(id, options.meshes(session), options.deadline());
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
