package dev.weft.cli.command;

import com.google.protobuf.ByteString;
import dev.weft.api.v1.CreateTokenRequest;
import dev.weft.api.v1.CreateTokenResponse;
import dev.weft.api.v1.RevokeTokenRequest;
import dev.weft.cli.cluster.KubectlClient;
import dev.weft.cli.failure.CommandFailure;
import dev.weft.cli.join.JoinFile;
import dev.weft.cli.link.PeeringAddresses;
import dev.weft.cli.mesh.Mesh;
import dev.weft.cli.screen.Human;
import dev.weft.cli.screen.Screen;
import dev.weft.identity.keys.Certificates;
import dev.weft.identity.keys.Pem;
import dev.weft.identity.spiffe.ServiceAccount;
import dev.weft.identity.spiffe.SpiffeId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "create",
        description = "Make a token with which one machine can join, once.",
        footer = {
            "  weft token create --workload shop/laptop --out join.yaml   # all that the machine needs",
            "  weft token create --workload shop/laptop --ttl 10m         # only the token",
            "  weft token create --sa shop/laptop",
            "",
            "On the machine: weft proxy join join.yaml",
            "The token is shown now and never again: the control plane keeps its hash.",
        })
public final class TokenCreateCommand extends SessionCommand {

    @Option(
            names = "--workload",
            paramLabel = "NAMESPACE/NAME",
            description = "the Workload in the mesh file that stands for the machine.")
    private @Nullable String workload;

    @Option(
            names = "--sa",
            paramLabel = "NAMESPACE/NAME",
            description = "the service account of the machine's identity. Default: the workload's.")
    private @Nullable String serviceAccount;

    @Option(
            names = "--ttl",
            paramLabel = "TIME",
            defaultValue = "1h",
            converter = DurationConverter.class,
            description = "how long the token can be used, up to 30d. Default: ${DEFAULT-VALUE}.")
    private Duration ttl = Duration.ofHours(1);

    @Option(
            names = "--out",
            paramLabel = "FILE",
            description = "write a join file, mode 0600, for 'weft proxy join', and do not print the token; only with"
                    + " --workload.")
    private @Nullable Path out;

    @Option(
            names = "--control",
            paramLabel = "HOST:PORT",
            description = "the address at which the machine reaches the control plane. Default: where it listens.")
    private @Nullable String control;

    @Mixin
    private JoinOperatorOption operator = new JoinOperatorOption();

    @Mixin
    private OutputOption output = new OutputOption();

    TokenCreateCommand(Session session) {
        super(session);
    }

    /** The document of {@code -o json}: everything that a machine needs. */
    record Document(String token, TokenDocument info, String controlPlane, String trustDomain, String anchorsPem) {

        /** Leaves out the token, which is a secret. */
        @Override
        public String toString() {
            return "Document[info=" + info + ", controlPlane=" + controlPlane + ", trustDomain=" + trustDomain + "]";
        }
    }

    @Override
    public Integer call() throws IOException {
        CreateTokenRequest request = request();
        Mesh mesh = operator.meshOption.mesh(session);
        CreateTokenResponse created = operator.call(mesh, service -> service.createToken(request));
        try {
            return hand(created, mesh);
        } catch (CommandFailure | IOException failure) {
            revoke(created, mesh, failure);
            throw failure;
        }
    }

    /** Revokes a token that could not be handed over. */
    private void revoke(CreateTokenResponse created, Mesh mesh, Exception failure) {
        RevokeTokenRequest request =
                RevokeTokenRequest.newBuilder().setId(created.getInfo().getId()).build();
        try {
            operator.call(mesh, service -> service.revokeToken(request));
        } catch (CommandFailure unrevoked) {
            failure.addSuppressed(unrevoked);
        }
    }

    private int hand(CreateTokenResponse created, Mesh mesh) throws IOException {
        Instant now = session.clock().instant();
        Document document = new Document(
                created.getToken(),
                TokenDocument.of(created.getInfo(), now),
                controlPlane(created.getListen(), mesh.ref().inCluster()),
                created.getTrustDomain(),
                Pem.encodeCertificates(Certificates.decodeAll(created.getAnchorsList().stream()
                        .map(ByteString::toByteArray)
                        .toList())));
        if (out != null) {
            joinFile(document).write(out);
            session.screen()
                    .line(out + " lets one machine join as " + document.info().subject() + ", once, until "
                            + document.info().ends());
            session.screen().line("on the machine: weft proxy join " + out.getFileName());
            return 0;
        }
        output.print(session.screen(), document, () -> print(session.screen(), document, now));
        return 0;
    }

    private String controlPlane(String listen, boolean inCluster) {
        if (control != null) {
            return control;
        }
        boolean everywhere = listen.startsWith("0.0.0.0:") || listen.startsWith("[0:0:0:0:0:0:0:0]:");
        if (out == null || !everywhere) {
            return listen;
        }
        if (!inCluster) {
            throw notSaid("the control plane listens on every address of its machine", "--control HOST:PORT");
        }
        return PeeringAddresses.ofService(new KubectlClient(operator.meshOption.kubectl(session)))
                .map(addresses -> addresses.controlPlane().getFirst())
                .orElseThrow(() -> notSaid(
                        "the cluster has no Service weft-peering with an address",
                        "--control HOST:PORT, or give it one: 'weft upgrade --peering LoadBalancer'"));
    }

    private static CommandFailure notSaid(String why, String how) {
        return CommandFailure.failed("WEFT-J006", why, "give the one by which the other machine reaches it: " + how);
    }

    private static JoinFile joinFile(Document document) {
        TokenDocument info = document.info();
        List<String> name = parts("--workload", info.subject());
        return JoinFile.of(
                new JoinFile.Metadata(name.getFirst(), name.getLast()),
                new JoinFile.Spec(
                        document.controlPlane(),
                        document.trustDomain(),
                        SpiffeId.parse(info.identity())
                                .serviceAccount()
                                .map(ServiceAccount::name)
                                .orElseThrow(),
                        document.token(),
                        info.ends(),
                        document.anchorsPem()));
    }

    private CreateTokenRequest request() {
        CreateTokenRequest.Builder request = CreateTokenRequest.newBuilder().setLifetime(ttl.toSeconds());
        if (workload == null && serviceAccount == null) {
            throw CommandFailure.usage(
                    "the token needs a workload or a service account", "name it with --workload or --sa");
        }
        if (out != null && workload == null) {
            throw CommandFailure.usage("a join file is for one workload", "name it with --workload");
        }
        if (out != null && Files.exists(out)) {
            throw JoinFile.exists(out);
        }
        if (workload != null) {
            List<String> name = parts("--workload", workload);
            request.setNamespace(name.getFirst()).setWorkload(name.getLast());
        }
        if (serviceAccount != null) {
            List<String> account = parts("--sa", serviceAccount);
            if (workload != null && !account.getFirst().equals(request.getNamespace())) {
                throw CommandFailure.usage(
                        "--workload " + workload + " and --sa " + serviceAccount + " are in different namespaces",
                        "a workload has a service account of its own namespace");
            }
            request.setNamespace(account.getFirst()).setServiceAccount(account.getLast());
        }
        return request.build();
    }

    private static List<String> parts(String option, String value) {
        List<String> parts = List.of(value.split("/", -1));
        if (parts.size() != 2 || parts.contains("")) {
            throw CommandFailure.usage(option + ": " + value, "expected: NAMESPACE/NAME, such as shop/laptop");
        }
        return parts;
    }

    static void print(Screen screen, Document document, Instant now) {
        TokenDocument info = document.info();
        screen.note("token " + info.id() + " for " + info.subject() + ", to be used once, ends "
                + Human.relative(info.ends(), now) + ":");
        screen.line(document.token());
    }
}
