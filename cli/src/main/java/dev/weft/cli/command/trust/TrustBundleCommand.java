package dev.weft.cli.command.trust;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.weft.api.v1.FederationOperatorGrpc;
import dev.weft.api.v1.GetTrustBundlesRequest;
import dev.weft.cli.command.MeshOrClusterOption;
import dev.weft.cli.command.Session;
import dev.weft.cli.command.SessionCommand;
import dev.weft.cli.failure.CommandFailure;
import dev.weft.cli.failure.ExitCode;
import dev.weft.cli.mesh.Operator;
import dev.weft.identity.bundle.SpiffeBundle;
import dev.weft.identity.bundle.SpiffeBundles;
import dev.weft.identity.keys.Pem;
import java.io.IOException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "bundle",
        description = "Print a trust bundle, for use by others.",
        footer = {
            "  weft trust bundle                                # the mesh's own, for SPIFFE federation",
            "  weft trust bundle -o pem                         # its anchors",
            "  weft trust bundle --domain east.example",
            "  weft trust bundle --all                          # a SPIFFE bundle map",
        })
final class TrustBundleCommand extends SessionCommand {

    @Mixin
    private MeshOrClusterOption meshOption = new MeshOrClusterOption();

    @Option(
            names = "--domain",
            paramLabel = "DOMAIN",
            description = "another trust domain, as this mesh knows it. Default: the mesh's own.")
    private @Nullable String domain;

    @Option(names = "--all", description = "the bundles of all trust domains, by name")
    private boolean all;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            defaultValue = "SPIFFE",
            description = "spiffe: a JWK Set; pem: the anchors alone. Default: spiffe.")
    private Form form = Form.SPIFFE;

    enum Form {
        SPIFFE,
        PEM;

        /** Returns the word that is typed. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    TrustBundleCommand(Session session) {
        super(session);
    }

    @Override
    public Integer call() throws IOException {
        if (all && (domain != null || form == Form.PEM)) {
            throw CommandFailure.usage(
                    "--all cannot be used with --domain or -o pem",
                    "a bundle map separates the trust domains; PEM cannot");
        }
        String map = meshOption
                .mesh(session)
                .ask(operator -> operator.ask(
                        FederationOperatorGrpc::newBlockingStub,
                        Operator.PATIENCE,
                        it -> it.getTrustBundles(request()).getBundleMap()));
        session.screen().line((all ? map : print(map, form)).stripTrailing());
        return ExitCode.OK;
    }

    private GetTrustBundlesRequest request() {
        GetTrustBundlesRequest.Builder request = GetTrustBundlesRequest.newBuilder();
        if (all) {
            return request.setAll(true).build();
        }
        return domain == null
                ? request.setOwn(true).build()
                : request.setTrustDomain(domain).build();
    }

    static String print(String map, Form form) {
        SpiffeBundle only = SpiffeBundles.decodeMap(map.getBytes(UTF_8))
                .values()
                .iterator()
                .next()
                .bundle();
        return switch (form) {
            case SPIFFE -> SpiffeBundles.encode(only);
            case PEM -> Pem.encodeCertificates(only.anchors());
        };
    }
}
