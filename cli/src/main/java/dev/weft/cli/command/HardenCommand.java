package dev.weft.cli.command;

import dev.weft.api.v1.ListEdgesResponse;
import dev.weft.cli.check.platform.NamespaceInbound;
import dev.weft.cli.cluster.ClusterMesh;
import dev.weft.cli.failure.CommandFailure;
import dev.weft.cli.failure.ExitCode;
import dev.weft.cli.harden.Hardening;
import dev.weft.cli.harden.Hardening.Plaintext;
import dev.weft.cli.mesh.Member;
import dev.weft.cli.mesh.Mesh;
import dev.weft.cli.observe.ObservationClient;
import dev.weft.cli.screen.Human;
import dev.weft.cli.screen.Listing;
import dev.weft.cli.screen.Screen;
import dev.weft.cli.screen.Style;
import dev.weft.cli.screen.Table.Cell;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "harden",
        description = "Show who still calls a namespace in plaintext, and make it strict if no one does.",
        footer = {
            "  weft harden shop --cluster --dry-run     # who would be refused",
            "  weft harden shop --cluster               # weft.dev/inbound: strict, if none would be",
            "  weft harden shop --cluster --force       # although some would be",
            "  weft harden shop                         # of a mesh on this machine: what to write into its file",
            "",
            "The reports of sidecars within the last hour count, or within --window. A caller that calls less",
            "often is not seen. Exits 1 when the namespace was not changed: a caller would be refused, or might",
            "be, because a replica of the control plane does not answer or some callers are no longer counted.",
        })
public final class HardenCommand extends SessionCommand {

    private static final String STRICT = "strict";

    @Parameters(arity = "1", paramLabel = "NAMESPACE", description = "the namespace to make strict.")
    @SuppressWarnings("NullAway.Init") // set by picocli before call()
    private String namespace;

    @Option(names = "--dry-run", description = "show who would be refused, and change nothing.")
    private boolean dryRun;

    @Option(names = "--force", description = "make it strict although callers will be refused, or might be.")
    private boolean force;

    @Option(
            names = "--window",
            paramLabel = "TIME",
            defaultValue = "1h",
            converter = DurationConverter.class,
            description = "how far back calls count, 1h at most. Default: ${DEFAULT-VALUE}.")
    private Duration window = ObservationClient.MEMORY;

    @Mixin
    private MeshOrClusterOption meshOption = new MeshOrClusterOption();

    @Mixin
    private OutputOption output = new OutputOption();

    public HardenCommand(Session session) {
        super(session);
    }

    /**
     * The findings and the change, as a document.
     *
     * @param inbound the namespace's present annotation; empty if it has none, and for a mesh on this machine
     * @param missing replicas of the control plane that did not answer
     * @param forgotten how many callers are no longer counted
     */
    record HardenDocument(
            String namespace,
            String inbound,
            boolean changed,
            List<Plaintext> plaintext,
            List<Hardening.Unknown> unknown,
            List<String> missing,
            long forgotten) {}

    @Override
    public Integer call() throws IOException {
        ObservationClient.checkRemembered("--window", window);
        Mesh mesh = meshOption.mesh(session);
        Optional<NamespaceInbound> objects = mesh instanceof ClusterMesh cluster
                ? Optional.of(new NamespaceInbound(cluster.kubectl(), namespace))
                : Optional.empty();
        if (objects.isEmpty()) {
            return finish(look(mesh, NamespaceInbound.Pods.NONE), Optional.empty(), objects);
        }
        Optional<String> said;
        NamespaceInbound.Pods pods;
        try {
            said = objects.get().annotation();
            pods = objects.get().pods();
        } catch (IOException e) {
            throw failure(String.valueOf(e.getMessage()));
        }
        return finish(look(mesh, pods), said, objects);
    }

    /**
     * Makes the namespace strict if that is wanted and refuses no caller, and prints the findings.
     *
     * @param objects access to the annotation; empty for a mesh on this machine, whose file its owner edits
     */
    int finish(Hardening seen, Optional<String> said, Optional<NamespaceInbound> objects) throws IOException {
        boolean strict = said.filter(STRICT::equals).isPresent();
        boolean allowed = (seen.plaintext().isEmpty() && seen.complete()) || force;
        boolean changes = objects.isPresent() && allowed && !strict && !dryRun;
        if (changes) {
            String complaint = objects.get().makeStrict();
            if (!complaint.isEmpty()) {
                throw failure(complaint);
            }
        }
        HardenDocument document = new HardenDocument(
                namespace,
                changes ? STRICT : said.orElse(""),
                changes,
                seen.plaintext(),
                seen.unknown(),
                seen.missing(),
                seen.forgotten());
        output.print(
                session.screen(),
                document,
                () -> print(session.screen(), seen, session.clock().instant()));
        return conclude(strict, allowed, changes, seen, objects.isPresent());
    }

    private Hardening look(Mesh mesh, NamespaceInbound.Pods pods) throws IOException {
        List<Member> members = mesh.members();
        Set<String> meshed = workloads(members, true);
        Set<String> without = workloads(members, false);
        without.addAll(pods.bare());
        if (meshed.isEmpty() && without.isEmpty()) {
            throw CommandFailure.notFound(
                    "WEFT-L212",
                    "there is no workload in namespace " + namespace + " of mesh "
                            + mesh.ref().name(),
                    "'weft status' lists those that have a sidecar");
        }
        ListEdgesResponse told = mesh.ask(operator -> ObservationClient.edges(operator, Duration.ZERO, "", namespace));
        refuseIncomplete(told);
        ObservationClient.noteMissing(session.screen(), told);
        return Hardening.of(
                namespace,
                told,
                meshed,
                without,
                pods.started(),
                window,
                session.clock().instant());
    }

    private Set<String> workloads(List<Member> members, boolean meshed) {
        return members.stream()
                .filter(member -> member.namespace().equals(namespace) && member.meshed() == meshed)
                .map(Member::workload)
                .collect(Collectors.toCollection(HashSet::new));
    }

    private void refuseIncomplete(ListEdgesResponse told) {
        if (told.getLeftOut() > 0) {
            throw CommandFailure.failed(
                    "WEFT-L323",
                    "who calls namespace " + namespace + " is not known: " + told.getLeftOut()
                            + " pairs did not fit into the control plane's answer",
                    "'weft edges WORKLOAD' shows those of one workload; annotate the namespace by hand");
        }
    }

    private CommandFailure failure(String complaint) {
        return new CommandFailure(
                complaint.contains("NotFound") ? ExitCode.NOT_FOUND : ExitCode.FAILED,
                "WEFT-C134",
                "namespace " + namespace + " cannot be read or changed: " + complaint,
                "this needs the permission to get and patch namespaces, and to list the pods in it");
    }

    /** Prints to standard error what was done or must be done; returns the exit code. */
    private int conclude(boolean strict, boolean allowed, boolean changed, Hardening seen, boolean cluster) {
        Screen screen = session.screen();
        if (!seen.unknown().isEmpty()) {
            screen.note("weft: not known for " + Human.count(seen.unknown().size(), "workload")
                    + " whether there are callers in plaintext:");
            seen.unknown()
                    .forEach(each -> screen.note(
                            "  " + each.workload() + ": " + each.why().words()));
        }
        tellWhatIsMissing(seen);
        if (!allowed && !strict) {
            screen.note("weft: namespace " + namespace + " stays as it is: "
                    + (seen.plaintext().isEmpty()
                            ? "not all callers are known (WEFT-C133); --force makes it strict anyway"
                            : Human.count(seen.plaintext().size(), "caller")
                                    + " would be refused (WEFT-C133); give them sidecars, or --force"));
            return ExitCode.FAILED;
        }
        if (changed) {
            screen.note(
                    "weft: namespace " + namespace + " is strict: plaintext is refused within seconds; datagrams are"
                            + " dropped in pods that are created from now on");
        } else if (strict) {
            screen.note("weft: namespace " + namespace + " is strict already");
        } else if (!cluster) {
            screen.note("weft: in the mesh's file, namespace " + namespace
                    + ": annotations: {weft.dev/inbound: strict}; it is in force once it is saved");
        } else {
            screen.note("weft: namespace " + namespace + " would be made strict; --dry-run changes nothing");
        }
        return ExitCode.OK;
    }

    private void tellWhatIsMissing(Hardening seen) {
        Screen screen = session.screen();
        seen.missing()
                .forEach(replica -> screen.note("weft: replica " + replica
                        + " of the control plane does not answer: callers that its sidecars report are not known"
                        + " (WEFT-L321)"));
        seen.awaited().ifPresent(moment -> {
            Duration wait = Duration.between(session.clock().instant(), moment);
            screen.note("weft: a caller that calls seldom may not be seen yet: in " + Human.duration(wait)
                    + " every sidecar will have counted for " + Human.duration(window));
        });
        if (seen.forgotten() > 0) {
            screen.note("weft: callers of the mesh that are no longer counted, because a limited number is kept: "
                    + seen.forgotten());
        }
    }

    private void print(Screen screen, Hardening seen, Instant now) {
        if (seen.plaintext().isEmpty()) {
            screen.line("no call in plaintext to namespace " + seen.namespace() + " was seen in the last "
                    + Human.duration(window));
            return;
        }
        screen.table(Listing.of(seen.plaintext())
                .shrinkable("WORKLOAD", caller -> Cell.name(caller.workload()))
                .shrinkable("CALLED IN PLAINTEXT BY", caller -> new Cell(caller.from(), Style.WARNING))
                .numbers("PORT", Plaintext::port)
                .numbers("CONNECTIONS", Plaintext::connections)
                .numbers("OPEN", Plaintext::open)
                .column("LAST", caller -> Human.relative(caller.last(), now))
                .table());
    }
}
