package dev.weft.cli.command;

import dev.weft.cli.failure.CommandFailure;
import dev.weft.cli.join.Capture;
import dev.weft.cli.join.JoinFile;
import dev.weft.cli.join.JoinedMachine;
import dev.weft.cli.join.MachineLog;
import dev.weft.cli.join.MachineState;
import dev.weft.cli.screen.Human;
import dev.weft.cli.screen.Screen;
import dev.weft.cli.screen.Style;
import dev.weft.identity.spiffe.TrustDomain;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

@Command(
        name = "join",
        description = "Run the sidecar of this machine until Ctrl-C, with a join file or with options.",
        footer = {
            "  weft proxy join join.yaml                              # others reach what listens here",
            "  weft proxy join join.yaml --capture                    # and connections from here use mutual TLS",
            "  weft proxy join join.yaml --capture --state /var/lib/weft   # comes back after a restart",
            "  weft proxy join --control 192.0.2.1:15012 --anchors anchors.pem --token-file - \\",
            "      --workload shop/laptop",
            "",
            "'weft token create --workload shop/laptop --out join.yaml' writes the join file, where the mesh is.",
            "--capture needs root: it redirects this network namespace's TCP connections by nftables.",
        })
public final class ProxyJoinCommand extends SessionCommand {

    private static final long MAX_TOKEN = 1024;

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "FILE",
            description = "the join file that 'weft token create --out' wrote.")
    private @Nullable Path file;

    @Option(names = "--control", paramLabel = "HOST:PORT", description = "the control plane, instead of the file's.")
    private @Nullable String control;

    @Option(names = "--anchors", paramLabel = "PEM", description = "the trust anchors, instead of the file's.")
    private @Nullable Path anchors;

    @Option(
            names = "--token-file",
            paramLabel = "TOKEN",
            description = "a file with the token, - for standard input, instead of the file's.")
    private @Nullable Path tokenFile;

    @Option(
            names = "--workload",
            paramLabel = "NAMESPACE/NAME",
            description = "the Workload that this machine is, if there is no file.")
    private @Nullable String workload;

    @Option(
            names = "--sa",
            paramLabel = "NAME",
            description = "its service account, if there is no file. Default: the workload's name.")
    private @Nullable String serviceAccount;

    @Option(
            names = "--trust-domain",
            paramLabel = "DOMAIN",
            converter = TrustDomainConverter.class,
            description = "its trust domain, if there is no file. Default: cluster.local.")
    private @Nullable TrustDomain trustDomain;

    @Option(names = "--capture", description = "redirect this network namespace's TCP connections through the sidecar")
    private boolean capture;

    @Option(
            names = "--skip-inbound-ports",
            paramLabel = "PORT",
            split = ",",
            defaultValue = "22",
            description = "ports of this machine that are not captured. Default: ${DEFAULT-VALUE}.")
    private List<Integer> skipInboundPorts = List.of();

    @Option(
            names = "--skip-outbound-ports",
            paramLabel = "PORT",
            split = ",",
            description = "ports of other machines that are called without the sidecar")
    private List<Integer> skipOutboundPorts = List.of();

    @Option(
            names = "--exclude",
            paramLabel = "CIDR",
            split = ",",
            description = "address ranges that are called without the sidecar")
    private List<String> excluded = List.of();

    @Option(
            names = "--state",
            paramLabel = "DIR",
            description =
                    "keep key and certificate in this folder, mode 0600, to come back after a restart without a new"
                            + " token. Default: in memory only.")
    private @Nullable Path state;

    @Option(
            names = "--admin-address",
            paramLabel = "IP:PORT",
            defaultValue = "127.0.0.1:15020",
            description = "serve health and metrics here, for all programs of this machine. Default: ${DEFAULT-VALUE}.")
    private String adminAddress = "127.0.0.1:15020";

    @Option(
            names = "--log-format",
            paramLabel = "FORM",
            description = "the sidecar's log: text: readable lines in the command's own output; json: unchanged, on"
                    + " standard error; file: unchanged, in a file whose name is printed. Default: file on a terminal,"
                    + " else text.")
    private MachineLog.@Nullable Form logFormat;

    ProxyJoinCommand(Session session) {
        super(session);
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        JoinFile join = joinFile();
        Screen screen = session.screen();
        Optional<Capture> captured =
                capture ? Optional.of(new Capture(skipInboundPorts, skipOutboundPorts, excluded)) : Optional.empty();
        screen.note("joining " + join.spec().trustDomain() + " at "
                + join.spec().controlPlane() + " as " + join.workload());
        JoinedMachine machine = JoinedMachine.start(
                join, Optional.ofNullable(state), captured, adminAddress, logForm(screen), screen::note);
        try (Interruption interruption = Interruption.cleaningUp(machine::close)) {
            return interruption.guard(() -> {
                try (machine) {
                    machine.awaitJoined(missing -> screen.note("  waiting: " + missing));
                    report(screen, machine.admin().status());
                    machine.log().ifPresent(log -> screen.line("  its log: " + log));
                    throw machine.awaitEnd(now -> screen.note(trouble(now)));
                }
            });
        }
    }

    private MachineLog.Form logForm(Screen screen) {
        if (logFormat != null) {
            return logFormat;
        }
        return screen.errTerminal() ? MachineLog.Form.FILE : MachineLog.Form.TEXT;
    }

    private void report(Screen screen, JsonNode status) {
        Instant now = session.clock().instant();
        JsonNode certificate = status.path("certificate");
        screen.line(screen.paint(Style.GOOD, "joined") + " as "
                + screen.paint(Style.STRONG, status.path("identity").asString()));
        screen.line("  certificate ends "
                + Human.relative(Instant.parse(certificate.path("notAfter").asString()), now) + ", renewed "
                + Human.relative(Instant.parse(certificate.path("renewAt").asString()), now) + " by itself; "
                + (state == null ? "a restart needs a new token" : "kept in " + state + " for a restart"));
        screen.line(
                capture
                        ? "  captured: connections from this machine go through the mesh's policies and mutual TLS"
                        : "  not captured: others reach this machine by mutual TLS, its own connections are not"
                                + " changed");
        screen.line("  Ctrl-C leaves the mesh");
    }

    static String trouble(MachineState machine) {
        if (machine.trouble().isEmpty()) {
            return "all is well again";
        }
        if (machine.isRevoked()) {
            return "this machine was revoked: no workload accepts its connections any more; to come back, it needs a"
                    + " new join file (" + machine.trouble() + ")";
        }
        return "trouble: " + machine.trouble()
                + (machine.hasNoProof() ? "; join again with a new join file: docs/join.md" : "");
    }

    private JoinFile joinFile() throws IOException {
        JoinFile read = file == null ? byOptions() : JoinFile.read(file);
        JoinFile.Spec spec = read.spec();
        return JoinFile.of(
                read.metadata(),
                new JoinFile.Spec(
                        control == null ? spec.controlPlane() : control,
                        spec.trustDomain(),
                        spec.serviceAccount(),
                        tokenFile == null ? spec.token() : token(tokenFile),
                        spec.tokenEnds(),
                        anchors == null ? spec.anchors() : Files.readString(anchors)));
    }

    private JoinFile byOptions() {
        if (control == null || anchors == null || workload == null) {
            throw CommandFailure.misuse(
                    "WEFT-J002",
                    "the control plane or the workload to join as is missing",
                    "give a join file, or --control, --anchors and --workload");
        }
        List<String> name = List.of(workload.split("/", -1));
        if (name.size() != 2 || name.contains("")) {
            throw CommandFailure.misuse(
                    "WEFT-J002", "--workload: " + workload, "expected: NAMESPACE/NAME, such as shop/laptop");
        }
        return JoinFile.of(
                new JoinFile.Metadata(name.getFirst(), name.getLast()),
                new JoinFile.Spec(
                        control,
                        trustDomain == null ? "cluster.local" : trustDomain.name(),
                        serviceAccount == null ? name.getLast() : serviceAccount,
                        null,
                        null,
                        ""));
    }

    private static String token(Path from) throws IOException {
        try (InputStream in = from.toString().equals("-") ? System.in : Files.newInputStream(from)) {
            return text(in.readNBytes((int) MAX_TOKEN + 1));
        }
    }

    private static String text(byte[] bytes) {
        String token = new String(bytes, StandardCharsets.US_ASCII).strip();
        if (token.isEmpty() || bytes.length > MAX_TOKEN) {
            throw CommandFailure.misuse(
                    "WEFT-J002",
                    "--token-file: " + (token.isEmpty() ? "empty" : "longer than a token"),
                    "it holds what 'weft token create' printed");
        }
        return token;
    }
}
