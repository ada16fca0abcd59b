package dev.weft.cli.command;

import dev.weft.cli.failure.ExitCode;
import dev.weft.cli.mesh.MachineStatus;
import dev.weft.cli.mesh.Member;
import dev.weft.cli.mesh.Mesh;
import dev.weft.cli.mesh.MeshRef;
import dev.weft.cli.mesh.NotInForce;
import dev.weft.cli.mesh.Operator;
import dev.weft.cli.mesh.RevokedLeaves;
import dev.weft.cli.mesh.SidecarStatus;
import dev.weft.cli.mesh.Sidecars.Answer;
import dev.weft.cli.mesh.Sidecars.Timed;
import dev.weft.cli.screen.Human;
import dev.weft.cli.screen.Screen;
import dev.weft.cli.screen.Style;
import dev.weft.cli.screen.Table;
import dev.weft.cli.screen.Table.Cell;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code weft status}: is the mesh well? */
@Command(
        name = "status",
        description = "Is the mesh well: each sidecar's identity, certificate, policy, trust.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  weft status",
            "  weft status -o json | jq '.sidecars[].status.certificate.notAfter'",
            "",
            "Exits 1 when a sidecar is not ready or its certificate is revoked, the mesh file has errors, or",
            "something of it or the issuer's files are not in force.",
        })
public final class StatusCommand implements Callable<Integer> {

    private static final int SHORT_VERSION = 12;

    private final Session session;

    @Mixin
    private OperatedMeshOption meshOption = new OperatedMeshOption();

    @Mixin
    private NamespaceOption namespace = new NamespaceOption();

    @Mixin
    private OutputOption output = new OutputOption();

    public StatusCommand(Session session) {
        this.session = session;
    }

    /**
     * The document of {@code -o json}.
     *
     * @param registryErrors of the mesh file, of which the last valid state stays in force
     * @param refusals objects of it that are not in force, as they would cut the mesh off
     * @param issuerProblem why the issuer's files as they are now are not in use; absent when they are
     * @param unknown why it is not known what is revoked or not in force; absent when it is known
     * @param machines those that joined from outside; none of them decides whether the mesh is well
     */
    record Document(
            String mesh,
            String trustDomain,
            boolean well,
            List<String> registryErrors,
            List<String> refusals,
            @Nullable String issuerProblem,
            @Nullable String unknown,
            List<Entry> sidecars,
            List<MachineStatus> machines) {

        static Document of(
                Mesh mesh,
                List<String> errors,
                NotInForce notInForce,
                List<Entry> sidecars,
                List<MachineStatus> machines) {
            boolean ready = sidecars.stream().allMatch(Entry::well);
            return new Document(
                    mesh.ref().name(),
                    mesh.trustDomain(),
                    ready && errors.isEmpty() && notInForce.isEmpty(),
                    errors,
                    notInForce.refusals(),
                    notInForce.issuerProblem().orElse(null),
                    notInForce.silence().isEmpty() ? null : notInForce.silence(),
                    sidecars,
                    machines);
        }
    }

    /** One sidecar: its status, or why it did not give one; and what revokes its certificate, if anything does. */
    record Entry(
            String workload,
            @Nullable SidecarStatus status,
            @Nullable String error,
            @Nullable Revoked revoked) {

        boolean well() {
            return status != null && status.ready() && revoked == null;
        }
    }

    /** A certificate that is refused, and what to do about it. */
    record Revoked(String id, String reason, List<String> next) {

        static Revoked of(RevokedLeaves.By by, String workload, MeshRef mesh, Instant now) {
            return new Revoked(by.revocation().getId(), by.text(), by.ways(workload, mesh, now));
        }
    }

    @Override
    public Integer call() throws IOException {
        Mesh mesh = meshOption.mesh(session);
        List<Member> members = namespace.of(session, mesh, mesh.members());
        List<String> errors = mesh.registryErrors();
        Instant now = session.clock().instant();
        Document document;
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            CompletableFuture<Control> asked = CompletableFuture.supplyAsync(() -> control(mesh), threads);
            List<Answer<Timed>> answers = mesh.statuses(members, session.clock(), Operator.PATIENCE);
            Control control = asked.join();
            NotInForce known = control.notInForce();
            List<Entry> sidecars = answers.stream()
                    .map(answer -> entry(answer, known.revoked(), mesh.ref(), now))
                    .toList();
            document = Document.of(
                    mesh, errors, known, sidecars, control.machines().known());
        }
        output.format().print(session.screen(), document, () -> print(session.screen(), document, mesh.ref(), now));
        return document.well() ? ExitCode.OK : ExitCode.FAILED;
    }

    /** What the control plane says. */
    private record Control(NotInForce notInForce, Machines machines) {}

    private Control control(Mesh mesh) {
        Optional<NotInForce> without = mesh.withoutControlPlane();
        if (without.isPresent()) {
            return new Control(without.get(), Machines.NONE);
        }
        try (Operator operator = mesh.operator()) {
            NotInForce notInForce = NotInForce.of(operator, Operator.PATIENCE);
            return new Control(
                    notInForce,
                    notInForce.silence().isEmpty()
                            ? Machines.of(operator, notInForce.revoked(), namespace)
                            : Machines.NONE);
        }
    }

    private static Entry entry(Answer<Timed> answer, RevokedLeaves revoked, MeshRef mesh, Instant now) {
        String workload = answer.member().workload();
        Optional<SidecarStatus> told = answer.answer().map(Timed::status);
        Optional<RevokedLeaves.By> by =
                told.map(status -> revoked.held(workload, status)).orElseGet(() -> revoked.reported(workload));
        return new Entry(
                workload,
                told.orElse(null),
                answer.error().isEmpty() ? null : answer.error(),
                by.map(each -> Revoked.of(each, workload, mesh, now)).orElse(null));
    }

    static void print(Screen screen, Document document, MeshRef mesh, Instant now) {
        document.registryErrors().forEach(error -> screen.text(screen.paint(Style.BAD, "! ") + error));
        if (!document.registryErrors().isEmpty()) {
            screen.text("  the file's last valid state stays in force until this is mended");
            screen.line("");
        }
        document.refusals().forEach(refusal -> screen.text(screen.paint(Style.BAD, "! ") + refusal));
        if (document.issuerProblem() != null) {
            screen.text(
                    screen.paint(Style.BAD, "! ") + "the issuer's files are not in use: " + document.issuerProblem());
        }
        if (!document.refusals().isEmpty() || document.issuerProblem() != null) {
            screen.text("  what was in force before stays so; 'weft check' says what to do");
            screen.line("");
        }
        if (document.unknown() != null) {
            screen.text(screen.paint(Style.WARNING, "! ") + "what is revoked or not in force is not known: "
                    + document.unknown());
            screen.line("");
        }
        if (document.sidecars().isEmpty()) {
            screen.line("mesh " + document.mesh() + " has no meshed workload");
            machines(screen, document, mesh, now);
            return;
        }
        Table table = new Table()
                .column("WORKLOAD")
                .column("READY")
                .givingWay("IDENTITY")
                .leftOut(3)
                .column("CERT ENDS")
                .givingWay("POLICY")
                .leftOut(1)
                .column("BUNDLE")
                .leftOut(2)
                .column("CONTROL");
        document.sidecars().forEach(entry -> row(table, entry, now));
        screen.table(table);
        SidecarVersions.print(screen, document.sidecars());
        document.sidecars().forEach(entry -> reasons(screen, entry));
        machines(screen, document, mesh, now);
    }

    private static void machines(Screen screen, Document document, MeshRef mesh, Instant now) {
        new Machines(document.machines(), null).print(screen, mesh, now);
    }

    private static void row(Table table, Entry entry, Instant now) {
        Cell workload = new Cell(entry.workload(), Style.NAME);
        SidecarStatus status = entry.status();
        if (status == null) {
            table.row(workload, new Cell("no", Style.BAD), "-", "-", "-", "-", new Cell("no answer", Style.BAD));
            return;
        }
        table.row(
                workload,
                ready(entry, status),
                status.identity() == null ? "-" : status.identity(),
                certificate(status.certificate(), now),
                policy(status.inbound()),
                bundles(status.bundles()),
                control(status.controlPlane()));
    }

    private static Cell ready(Entry entry, SidecarStatus status) {
        if (entry.revoked() != null) {
            return new Cell("revoked", Style.BAD);
        }
        return status.ready() ? new Cell("yes", Style.GOOD) : new Cell("no", Style.BAD);
    }

    private static Cell certificate(SidecarStatus.@Nullable Certificate certificate, Instant now) {
        if (certificate == null) {
            return new Cell("none", Style.BAD);
        }
        boolean ended = !certificate.notAfter().isAfter(now);
        Style style = ended ? Style.BAD : certificate.failures() > 0 ? Style.WARNING : Style.PLAIN;
        return new Cell(Human.relative(certificate.notAfter(), now), style);
    }

    private static String policy(SidecarStatus.@Nullable Inbound inbound) {
        if (inbound == null || inbound.version() == null) {
            return "-";
        }
        String version = inbound.version();
        return version.length() > SHORT_VERSION ? version.substring(0, SHORT_VERSION) : version;
    }

    private static String bundles(List<SidecarStatus.Bundle> bundles) {
        if (bundles.size() == 1) {
            return Long.toString(bundles.getFirst().sequence());
        }
        return bundles.isEmpty()
                ? "-"
                : String.join(
                        ",",
                        bundles.stream()
                                .map(bundle -> bundle.trustDomain() + ":" + bundle.sequence())
                                .toList());
    }

    private static Cell control(SidecarStatus.@Nullable ControlPlane control) {
        boolean connected = control != null && control.connected();
        return connected ? new Cell("connected", Style.GOOD) : new Cell("away", Style.WARNING);
    }

    private static void reasons(Screen screen, Entry entry) {
        SidecarStatus status = entry.status();
        if (entry.revoked() != null) {
            screen.text(entry.workload() + ": " + entry.revoked().reason());
            entry.revoked().next().forEach(way -> screen.text("  " + way));
        } else if (status == null) {
            screen.text(String.valueOf(entry.error()));
        } else if (!status.ready()) {
            String why = status.reasons().isEmpty() ? "no reason given" : String.join("; ", status.reasons());
            screen.text(entry.workload() + " is not ready: " + why);
        } else if (!status.reasons().isEmpty()) {
            screen.text(entry.workload() + " is ready, but: " + String.join("; ", status.reasons()));
        }
    }
}
