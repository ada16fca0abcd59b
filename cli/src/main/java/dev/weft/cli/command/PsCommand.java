package dev.weft.cli.command;

import dev.weft.cli.mesh.LocalMesh;
import dev.weft.cli.mesh.MachineStatus;
import dev.weft.cli.mesh.MeshRef;
import dev.weft.cli.mesh.NotInForce;
import dev.weft.cli.screen.Human;
import dev.weft.cli.screen.Listing;
import dev.weft.cli.screen.Screen;
import dev.weft.cli.screen.Style;
import dev.weft.cli.screen.Table.Cell;
import dev.weft.local.inspect.MeshHandle;
import dev.weft.local.inspect.Meshes;
import dev.weft.local.state.MeshName;
import dev.weft.local.state.MeshRecord;
import dev.weft.local.state.PsSnapshot;
import dev.weft.local.state.PsSnapshot.ProcessState;
import dev.weft.local.state.PsSnapshot.ProcessStatus;
import dev.weft.local.state.PsSnapshot.WorkloadStatus;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "ps",
        description = "List what runs: workloads, services, joined machines; with --all the meshes of this user.",
        footer = {
            "  weft ps                     # workloads, processes, addresses of the mesh that is up",
            "  weft ps -l app=api -w       # workloads with a label, again as it changes",
            "  weft ps --all               # every mesh of this user on this machine",
            "  weft ps -o json | jq -r '.workloads[] | select(.ready | not).reason'",
        })
public final class PsCommand extends ListCommand {

    private static final String NONE = "-";

    @Mixin
    private MeshOption meshOption = new MeshOption();

    @Mixin
    private SelectedWorkloadsOption listed = new SelectedWorkloadsOption();

    @Option(
            names = {"-a", "--all"},
            description = "list the meshes of this user instead")
    private boolean all;

    public PsCommand(Session session) {
        super(session);
    }

    /**
     * The document of {@code -o json}.
     *
     * @param machinesUnknown why the joined machines are not known; null if they are
     */
    record Document(
            MeshRecord mesh,
            PsSnapshot.Phase phase,
            Optional<ProcessStatus> controlPlane,
            List<WorkloadStatus> workloads,
            List<PsSnapshot.ServiceStatus> services,
            List<MachineStatus> machines,
            @Nullable String machinesUnknown,
            List<String> registryErrors) {}

    /** An entry of the document of {@code --all -o json}. */
    record Listed(MeshRecord mesh, boolean alive) {}

    @Override
    protected void check() {
        listed.check(null);
    }

    @Override
    protected int once(Session session) throws IOException {
        Instant now = session.clock().instant();
        Screen screen = session.screen();
        if (all) {
            return listMeshes(session, now);
        }
        MeshHandle mesh = meshOption.mesh(session);
        PsSnapshot ps = mesh.ps();
        JoinedMachines machines = machines(mesh, ps);
        Document document = new Document(
                mesh.record(),
                ps.phase(),
                ps.controlPlane(),
                listed.selected(
                        new LocalMesh(mesh),
                        listed.namespace().of(session, mesh, ps.workloads()),
                        WorkloadStatus::qualifiedName),
                ps.services(),
                machines.known(),
                machines.unknown(),
                ps.registryErrors());
        print(
                session,
                document,
                document.workloads().stream().map(WorkloadStatus::qualifiedName).toList(),
                () -> print(screen, document, wide(), now));
        return 0;
    }

    private int listMeshes(Session session, Instant now) throws IOException {
        Screen screen = session.screen();
        Meshes.Survey survey = session.meshes().survey();
        List<Listed> meshes = new ArrayList<>();
        for (MeshHandle mesh : survey.readable()) {
            meshes.add(new Listed(mesh.record(), mesh.alive()));
        }
        print(session, meshes, each -> each.mesh().name(), () -> printMeshes(screen, meshes, now));
        for (MeshName damaged : survey.damaged()) {
            screen.note("weft: the record of mesh " + damaged + " cannot be read; 'weft down --mesh " + damaged
                    + "' removes the mesh");
        }
        return 0;
    }

    private JoinedMachines machines(MeshHandle mesh, PsSnapshot ps) {
        if (ps.controlPlane().isEmpty()) {
            return JoinedMachines.NONE;
        }
        return new LocalMesh(mesh)
                .ask(operator ->
                        JoinedMachines.of(operator, NotInForce.of(operator).revoked(), listed.namespace()));
    }

    static void print(Screen screen, Document document, boolean wide, Instant now) {
        MeshRecord mesh = document.mesh();
        String control = document.controlPlane()
                .map(process -> ", control plane " + process(process).text())
                .orElse("");
        screen.text("mesh " + screen.paint(Style.STRONG, mesh.name()) + ": " + lower(document.phase()) + ", started "
                + Human.relative(mesh.startedAt(), now) + " from " + mesh.file() + control);
        document.registryErrors().forEach(error -> screen.text(screen.paint(Style.BAD, "! ") + error));
        screen.line("");
        Listing<WorkloadStatus> listing = Listing.of(document.workloads())
                .column("WORKLOAD", workload -> Cell.name(workload.qualifiedName()))
                .column("READY", workload -> workload.ready() ? new Cell("yes", Style.GOOD) : new Cell("no", Style.BAD))
                .column(
                        "APP",
                        workload -> workload.app().map(PsCommand::process).orElse(Cell.of("none")))
                .column("SIDECAR", PsCommand::sidecar)
                .numbers("RESTARTS", 2, PsCommand::restarts)
                .column("SINCE", 1, workload -> since(workload, now))
                .shrinkable("ADDRESSES", 3, workload -> String.join(",", workload.addresses()));
        if (wide) {
            listing.shrinkable("IDENTITY", 4, workload -> workload.identity().isEmpty() ? NONE : workload.identity());
        }
        screen.table(listing.table());
        document.workloads().stream()
                .filter(workload -> !workload.ready() && !workload.reason().isEmpty())
                .forEach(workload -> screen.text(workload.qualifiedName() + ": " + workload.reason()));
        services(screen, document);
        new JoinedMachines(document.machines(), document.machinesUnknown())
                .print(screen, MeshRef.local(new MeshName(mesh.name())), now);
    }

    private static void services(Screen screen, Document document) {
        if (document.services().isEmpty()) {
            return;
        }
        screen.line("");
        screen.table(Listing.of(document.services())
                .column("SERVICE", service -> Cell.name(service.namespace() + "/" + service.name()))
                .column("PORTS", PsCommand::ports)
                .shrinkable("ADDRESSES", service -> String.join(",", service.addresses()))
                .table());
    }

    private static String ports(PsSnapshot.ServiceStatus service) {
        return String.join(",", service.ports().stream().map(String::valueOf).toList());
    }

    private static Cell sidecar(WorkloadStatus workload) {
        return workload.meshed()
                ? workload.sidecar().map(PsCommand::process).orElse(Cell.of(NONE))
                : Cell.of("not meshed");
    }

    private static Cell restarts(WorkloadStatus workload) {
        int restarts = Stream.of(workload.sidecar(), workload.app())
                .flatMap(Optional::stream)
                .mapToInt(ProcessStatus::restarts)
                .sum();
        return new Cell(Integer.toString(restarts), restarts == 0 ? Style.PLAIN : Style.WARNING);
    }

    private static String since(WorkloadStatus workload, Instant now) {
        return workload.app()
                .or(workload::sidecar)
                .map(process -> Human.relative(process.since(), now))
                .orElse(NONE);
    }

    private static Cell process(ProcessStatus process) {
        boolean running = process.state() == ProcessState.RUNNING;
        String text = running ? Long.toString(process.pid()) : lower(process.state());
        return new Cell(
                process.lastExit().isEmpty() || running ? text : text + " (" + process.lastExit() + ")",
                running ? Style.PLAIN : Style.WARNING);
    }

    static void printMeshes(Screen screen, List<Listed> meshes, Instant now) {
        if (meshes.isEmpty()) {
            screen.line("no mesh is up");
            return;
        }
        screen.table(Listing.of(meshes)
                .column("MESH", listed -> Cell.name(listed.mesh().name()))
                .column("STATE", listed -> listed.alive() ? new Cell("up", Style.GOOD) : new Cell("gone", Style.BAD))
                .column("STARTED", listed -> Human.relative(listed.mesh().startedAt(), now))
                .shrinkable("FILE", listed -> listed.mesh().file())
                .table());
    }

    private static String lower(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
