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
import dev.weft.cli.mesh.Sidecars.TimedStatus;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "status",
        description = "Show whether the mesh is well: each sidecar's identity, certificate, policy, trust.",
        footer = {
            "  weft status",
            "  weft status -n shop -l app=api -w      # workloads with a label, again as it changes",
            "  weft status -o wide                    # with serial numbers and versions",
            "  weft status -o json | jq '.sidecars[].status.certificate.notAfter'",
            "",
            "Exits 1 when a sidecar is not ready or its certificate is revoked, the mesh file has errors, some of",
            "its objects or the issuer's files are not in force, or the control plane does not answer.",
        })
public final class StatusCommand extends ListCommand {

    @Mixin
    private MeshOrClusterOption meshOption = new MeshOrClusterOption();

    @Mixin
    private SelectedWorkloadsOption listed = new SelectedWorkloadsOption();

    public StatusCommand(Session session) {
        super(session);
    }

    /**
     * The document of {@code -o json}.
     *
     * @param registryErrors errors of the mesh file, whose last valid state stays in force; in a cluster, those that
     *     the leading replica of the control plane finds
     * @param refusals objects of the mesh file that are kept out of force because they would cut the mesh off
     * @param issuerProblem why the issuer's present files are not in use; null if they are
     * @param well whether all is well; never true while {@code unknown} has a reason
     * @param unknown why it is not known what is revoked or not in force; null if it is known
     * @param machines the machines that joined from outside; they do not affect whether the mesh counts as well
     * @param machinesUnknown why the joined machines are not known; null if they are, or if {@code unknown}
     *     says why
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
            List<MachineStatus> machines,
            @Nullable String machinesUnknown) {

        static Document of(
                Mesh mesh, List<String> errors, NotInForce notInForce, List<Entry> sidecars, JoinedMachines machines) {
            boolean ready = sidecars.stream().allMatch(Entry::well);
            return new Document(
                    mesh.ref().name(),
                    mesh.trustDomain(),
                    ready
                            && errors.isEmpty()
                            && notInForce.nothingRefused()
                            && notInForce.unavailableReason().isEmpty(),
                    errors,
                    notInForce.refusals(),
                    notInForce.issuerProblem().orElse(null),
                    notInForce.unavailableReason().orElse(null),
                    sidecars,
                    machines.known(),
                    machines.unknown());
        }
    }

    /** A sidecar's status, or why it gave none; and the revocation of its certificate, if there is one. */
    record Entry(
            String workload,
            @Nullable SidecarStatus status,
            @Nullable String error,
            @Nullable Revoked revoked) {

        boolean well() {
            return status != null && status.ready() && revoked == null;
        }
    }

    /** The revocation of a certificate, and what to do about it. */
    record Revoked(String id, String reason, List<String> next) {

        static Revoked of(RevokedLeaves.RevokedBy by, String workload, MeshRef mesh, Instant now) {
            return new Revoked(by.revocation().getId(), by.text(), by.remedies(workload, mesh, now));
        }
    }

    @Override
    protected void refresh() {
        meshOption.refresh();
    }

    @Override
    protected int once(Session session) throws IOException {
        Mesh mesh = meshOption.mesh(session);
        List<Member> members = listed.of(session, mesh);
        List<String> errors = mesh.registryErrors();
        Instant now = session.clock().instant();
        Document document;
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            CompletableFuture<Control> pending = CompletableFuture.supplyAsync(() -> control(mesh), threads);
            List<Answer<TimedStatus>> answers = mesh.statuses(members, session.clock(), Operator.PATIENCE);
            Control control = pending.join();
            NotInForce known = control.notInForce();
            List<Entry> sidecars = answers.stream()
                    .map(answer -> entry(answer, known.revoked(), mesh.ref(), now))
                    .toList();
            document = Document.of(mesh, errors, known, sidecars, control.machines());
        }
        print(
                session,
                document,
                document.sidecars().stream().map(Entry::workload).toList(),
                () -> StatusText.print(session.screen(), document, mesh.ref(), now, wide()));
        return document.well() ? ExitCode.OK : ExitCode.FAILED;
    }

    /** The answers of the control plane. */
    private record Control(NotInForce notInForce, JoinedMachines machines) {}

    private Control control(Mesh mesh) {
        Optional<NotInForce> without = mesh.withoutControlPlane();
        if (without.isPresent()) {
            return new Control(without.get(), JoinedMachines.NONE);
        }
        try (Operator operator = mesh.operator()) {
            NotInForce notInForce = NotInForce.of(operator);
            return new Control(
                    notInForce,
                    notInForce.unavailableReason().isEmpty()
                            ? JoinedMachines.of(operator, notInForce.revoked(), listed.namespace())
                            : JoinedMachines.NONE);
        }
    }

    private static Entry entry(Answer<TimedStatus> answer, RevokedLeaves revoked, MeshRef mesh, Instant now) {
        String workload = answer.member().workload();
        Optional<SidecarStatus> reported = answer.answer().map(TimedStatus::status);
        Optional<RevokedLeaves.RevokedBy> by =
                reported.map(status -> revoked.held(workload, status)).orElseGet(() -> revoked.reported(workload));
        return new Entry(
                workload,
                reported.orElse(null),
                answer.error().isEmpty() ? null : answer.error(),
                by.map(each -> Revoked.of(each, workload, mesh, now)).orElse(null));
    }
}
