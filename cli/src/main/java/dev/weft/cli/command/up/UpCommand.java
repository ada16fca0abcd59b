package dev.weft.cli.command.up;

import dev.weft.cli.command.DurationConverter;
import dev.weft.cli.command.Interruption;
import dev.weft.cli.command.MeshFiles;
import dev.weft.cli.command.MeshOption;
import dev.weft.cli.command.Session;
import dev.weft.cli.command.SessionCommand;
import dev.weft.cli.command.trust.AnchorFiles;
import dev.weft.cli.command.trust.PassphraseOption;
import dev.weft.cli.command.trust.Signing;
import dev.weft.cli.failure.CommandFailure;
import dev.weft.cli.failure.ExitCode;
import dev.weft.cli.screen.Progress;
import dev.weft.cli.screen.Screen;
import dev.weft.cli.screen.Style;
import dev.weft.control.analyze.Analysis;
import dev.weft.control.analyze.TrustContext;
import dev.weft.control.issuerdir.BadIssuerException;
import dev.weft.control.issuerdir.FirstIssuer;
import dev.weft.control.issuerdir.IssuerDirectory;
import dev.weft.identity.issue.TrustAnchor;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.local.launch.GivenIssuer;
import dev.weft.local.launch.MeshLauncher;
import dev.weft.local.launch.RunningMesh;
import dev.weft.local.launch.UpOptions;
import dev.weft.local.state.MeshName;
import dev.weft.local.state.Network;
import dev.weft.local.state.StateDirectories;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "up",
        description = "Bring up the mesh that a file describes; changes to the file take effect at once.",
        footer = {
            "  weft up shop.yaml                          # until Ctrl-C",
            "  weft up shop.yaml --detach                 # until 'weft down'",
            "  weft up shop.yaml --mesh b --leaf-lifetime 1h",
            "  weft up east.yaml --trust-domain east.example --anchor anchor.pem --anchor-key anchor-key.pem",
            "  weft up east.yaml --trust-domain east.example --issuer-dir /run/secrets/issuer",
            "",
            "Runs as root, and as an ordinary user where the kernel allows user namespaces.",
        })
public final class UpCommand extends SessionCommand {

    private static final String DEFAULT_DOMAIN = "cluster.local";

    private final StateDirectories directories;

    @Parameters(paramLabel = "FILE", description = "YAML: Workload, Service, AuthorizationPolicy, Namespace.")
    private Path file = Path.of("");

    @Mixin
    private MeshOption meshOption = new MeshOption();

    @Option(
            names = {"-d", "--detach"},
            description = "return when the mesh is up, and leave it up")
    private boolean detach;

    @Option(
            names = "--leaf-lifetime",
            paramLabel = "TIME",
            defaultValue = "24h",
            converter = DurationConverter.class,
            description = "how long certificates live, 1m to 7d; renewed at half of it. Default: ${DEFAULT-VALUE}.")
    private Duration leafLifetime = Duration.ofDays(1);

    @Option(
            names = "--trust-domain",
            paramLabel = "DOMAIN",
            defaultValue = DEFAULT_DOMAIN,
            description = "the trust domain of its identities. Default: ${DEFAULT-VALUE}.")
    private String trustDomain = DEFAULT_DOMAIN;

    @Option(
            names = "--network",
            paramLabel = "N",
            description =
                    "number of its address ranges, 0-31: meshes with different numbers can be linked. Default: the"
                            + " first free one.")
    private @Nullable Integer network;

    @Option(
            names = "--start-timeout",
            paramLabel = "TIME",
            defaultValue = "60s",
            converter = DurationConverter.class,
            description = "how long the workloads may take to get ready. Default: ${DEFAULT-VALUE}.")
    private Duration startTimeout = Duration.ofSeconds(60);

    @Option(
            names = "--issuer-dir",
            paramLabel = "DIR",
            description =
                    "folder with tls.crt, tls.key and ca.crt of an issuer that is renewed by others, such as a mounted"
                            + " kubernetes.io/tls secret; changes are followed. Without ca.crt, give --anchor.")
    private @Nullable Path issuerDirectory;

    @Option(
            names = "--anchor",
            paramLabel = "FILE",
            description = "certificate of the mesh's trust anchor. Default: a new one, whose key is not kept.")
    private @Nullable Path anchor;

    @Option(
            names = "--anchor-key",
            paramLabel = "FILE",
            description = "its key, which signs the mesh's issuer; only this command reads it")
    private @Nullable Path anchorKey;

    @Option(
            names = "--keep-on-failure",
            description = "if not all workloads get ready, leave the mesh as it is, to examine it")
    private boolean keepOnFailure;

    @Mixin
    private PassphraseOption passphrase = new PassphraseOption();

    public UpCommand(Session session, StateDirectories directories) {
        super(session);
        this.directories = directories;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        Screen screen = session.screen();
        UpOptions options = options();
        MeshFiles.read(options.file(), Optional.empty());
        warn(screen, options);
        try (Interruption interruption = Interruption.cleaningUp(() -> takeDown(screen, options.name()));
                RunningMesh mesh = start(screen, options, interruption)) {
            report(screen, options);
            if (!detach) {
                interruption.guard(() -> {
                    mesh.await(screen::line);
                    return mesh;
                });
                screen.note("mesh " + options.name() + " is down");
            }
        }
        return ExitCode.OK;
    }

    /**
     * Prints findings about objects without effect: the mesh starts anyway, but a user may wrongly believe to be
     * protected.
     */
    private static void warn(Screen screen, UpOptions options) {
        Analysis.of(
                        MeshFiles.readAll(List.of(options.file())),
                        TrustContext.only(TrustDomain.parse(options.trustDomain())))
                .forEach(finding -> {
                    screen.note(screen.paint(Style.WARNING, "!") + " " + finding);
                    screen.note("  → " + finding.suggestion());
                });
    }

    private RunningMesh start(Screen screen, UpOptions options, Interruption interruption)
            throws IOException, InterruptedException {
        try (Progress progress = new Progress(screen)) {
            MeshLauncher launcher = new MeshLauncher(directories, progress::step);
            return interruption.guard(() -> launcher.up(options));
        }
    }

    private UpOptions options() {
        Optional<String> meshName = meshOption.name(session);
        try {
            return new UpOptions(
                    file,
                    meshName.map(MeshName::new).orElse(MeshName.DEFAULT),
                    trustDomain,
                    network == null ? OptionalInt.empty() : OptionalInt.of(new Network(network).number()),
                    leafLifetime,
                    detach,
                    startTimeout,
                    given(),
                    keepOnFailure);
        } catch (IllegalArgumentException e) {
            throw CommandFailure.usage(String.valueOf(e.getMessage()), "see 'weft up --help'");
        }
    }

    private Optional<GivenIssuer> given() {
        if (issuerDirectory != null) {
            return Optional.of(kept(issuerDirectory));
        }
        if (anchor == null && anchorKey == null) {
            return Optional.empty();
        }
        if (anchor == null || anchorKey == null) {
            throw new IllegalArgumentException("--anchor and --anchor-key belong together (expected: both or neither)");
        }
        TrustDomain domain = TrustDomain.parse(trustDomain);
        TrustAnchor signer = AnchorFiles.load(session, anchor, anchorKey, passphrase);
        return Optional.of(new GivenIssuer(
                List.of(signer.certificate()), Signing.issuer(session, signer, domain), Optional.empty()));
    }

    /** Checks the issuer of a directory before anything starts. */
    private GivenIssuer kept(Path directory) {
        if (anchorKey != null) {
            throw new IllegalArgumentException(
                    "--issuer-dir has an issuer that is signed already (expected: no --anchor-key beside it)");
        }
        List<X509Certificate> anchors = anchor == null ? List.of() : List.of(AnchorFiles.certificate(anchor));
        try {
            FirstIssuer first = FirstIssuer.of(
                    new IssuerDirectory(directory, TrustDomain.parse(trustDomain)),
                    anchors,
                    session.clock().instant());
            return new GivenIssuer(first.anchors(), first.issuer(), Optional.of(directory));
        } catch (BadIssuerException e) {
            throw CommandFailure.failed(e.code(), e.reason(), "docs/issuer-directory.md says what must be in it");
        }
    }

    private void report(Screen screen, UpOptions options) {
        String choice = options.name().equals(MeshName.DEFAULT) ? "" : " --mesh " + options.name();
        screen.note(screen.paint(Style.GOOD, "✓") + " mesh " + options.name() + " is up"
                + (detach ? "" : "; Ctrl-C takes it down"));
        screen.note("  weft status" + choice + "   weft ps" + choice + "   weft connections" + choice
                + (detach ? "   weft down" + choice : ""));
    }

    private void takeDown(Screen screen, MeshName meshName) {
        try {
            if (Files.isDirectory(directories.of(meshName).directory())) {
                screen.note("taking mesh " + meshName + " down");
                new MeshLauncher(directories, line -> {}).down(meshName);
            }
        } catch (IOException e) {
            screen.note("weft: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
