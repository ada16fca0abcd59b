package dev.weft.cli.command;

import dev.weft.api.v1.Edge;
import dev.weft.api.v1.EdgeDirection;
import dev.weft.api.v1.ListEdgesRequest;
import dev.weft.api.v1.ListEdgesResponse;
import dev.weft.api.v1.ObservationOperatorGrpc;
import dev.weft.api.v1.ObservedEdge;
import dev.weft.cli.mesh.Mesh;
import dev.weft.cli.mesh.Operator;
import dev.weft.cli.screen.Human;
import dev.weft.cli.screen.Screen;
import dev.weft.cli.screen.Style;
import dev.weft.cli.screen.Table;
import dev.weft.cli.screen.Table.Cell;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code weft edges}: who has called whom. */
@Command(
        name = "edges",
        description = "Who has called whom, over mutual TLS or not, and what was refused.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  weft edges                      # every pair that has talked since the sidecars started",
            "  weft edges shop/api             # whom one workload called, and who called it",
            "  weft edges --refused            # only pairs of which something was refused",
            "  weft edges -o json | jq '.[] | select(.over != \"mTLS\")'",
            "",
            "Sidecars tell the control plane every 3 seconds. A pair that both sidecars count is shown once,",
            "as the called one counts it. What ended more than an hour ago may be gone.",
        })
public final class EdgesCommand implements Callable<Integer> {

    private static final int SECONDS = 10;
    private static final String NONE = "-";

    private final Session session;

    @Parameters(arity = "0..1", paramLabel = "WORKLOAD", description = "namespace/name, or name when it is unique.")
    private @Nullable String workload;

    @Option(names = "--refused", description = "only pairs of which a connection was refused.")
    private boolean refused;

    @Mixin
    private OperatedMeshOption meshOption = new OperatedMeshOption();

    @Mixin
    private NamespaceOption namespace = new NamespaceOption();

    @Mixin
    private OutputOption output = new OutputOption();

    public EdgesCommand(Session session) {
        this.session = session;
    }

    /**
     * A pair as a document.
     *
     * @param from SPIFFE ID of the caller; of one without, its name in the mesh, else its address
     * @param to the same of the called one
     * @param over {@code mTLS}, {@code plain}, or {@code none} where no connection came about
     * @param seenBy the workload whose sidecar counts, {@code namespace/name}
     * @param direction {@code inbound} where that is the called one, else {@code outbound}
     * @param since when it began to count
     * @param bytes octets of both directions together
     * @param code of the last connection that was refused or broke off
     */
    record EdgeDocument(
            String from,
            String to,
            int port,
            String over,
            long connections,
            long open,
            long refused,
            long broken,
            long bytes,
            Instant last,
            String policy,
            String code,
            String reason,
            String seenBy,
            String direction,
            Instant since) {

        private static final String SCHEME = "spiffe://";

        static EdgeDocument of(ObservedEdge observed) {
            Edge edge = observed.getEdge();
            boolean inbound = edge.getDirection() == EdgeDirection.EDGE_DIRECTION_INBOUND;
            String peer = peer(observed);
            return new EdgeDocument(
                    inbound ? peer : observed.getIdentity(),
                    inbound ? observed.getIdentity() : peer,
                    edge.getPort(),
                    !edge.hasAddress() ? "mTLS" : edge.getAdmitted() > 0 ? "plain" : "none",
                    edge.getAdmitted(),
                    edge.getOpen(),
                    edge.getRefused(),
                    edge.getBroken(),
                    edge.getBytesIn() + edge.getBytesOut(),
                    Instant.ofEpochSecond(edge.getLast()),
                    edge.getPolicy(),
                    edge.getRefusalCode(),
                    edge.getRefusalReason(),
                    observed.getWorkload(),
                    inbound ? "inbound" : "outbound",
                    Instant.ofEpochSecond(observed.getSince()));
        }

        private boolean inbound() {
            return direction.equals("inbound");
        }

        /** Identities of the own trust domain without it, others without their scheme. */
        private String brief(String peer) {
            String own = inbound() ? to : from;
            String domain = own.substring(0, own.indexOf('/', SCHEME.length()) + 1);
            return peer.startsWith(domain)
                    ? peer.substring(domain.length())
                    : peer.startsWith(SCHEME) ? peer.substring(SCHEME.length()) : peer;
        }

        private static String peer(ObservedEdge observed) {
            if (!observed.getEdge().hasAddress()) {
                return observed.getEdge().getSpiffeId();
            }
            if (!observed.getPeerName().isEmpty()) {
                return observed.getPeerName();
            }
            try {
                return InetAddress.getByAddress(observed.getEdge().getAddress().toByteArray())
                        .getHostAddress();
            } catch (UnknownHostException e) {
                throw new IllegalStateException("an address that the control plane has checked", e);
            }
        }
    }

    @Override
    public Integer call() throws IOException {
        Mesh mesh = meshOption.mesh(session);
        ListEdgesResponse response;
        try (Operator operator = mesh.operator()) {
            response = operator.call(channel -> ObservationOperatorGrpc.newBlockingStub(channel)
                    .withDeadlineAfter(SECONDS, TimeUnit.SECONDS)
                    .listEdges(ListEdgesRequest.getDefaultInstance()));
        }
        String only = only(mesh);
        List<EdgeDocument> edges = shown(response, only);
        Instant now = session.clock().instant();
        output.format().print(session.screen(), edges, () -> print(session.screen(), edges, now));
        notes(response, only);
        return 0;
    }

    /** The name of the workload that is asked for; null for all. */
    private @Nullable String only(Mesh mesh) throws IOException {
        if (workload != null) {
            return Workloads.find(session, mesh, namespace, workload).workload();
        }
        var _ = namespace.of(session, mesh, mesh.members()); // says what is wrong with a misspelt one
        return null;
    }

    /** @param only the workload that is asked for; null for all */
    private List<EdgeDocument> shown(ListEdgesResponse response, @Nullable String only) {
        return response.getEdgesList().stream()
                .filter(observed -> only == null || observed.getWorkload().equals(only))
                .filter(observed -> only != null || !countedByTheCalledOne(observed))
                .filter(observed -> namespace.has(observed.getWorkload()))
                .map(EdgeDocument::of)
                .filter(edge -> !refused || edge.refused() > 0)
                .sorted(Comparator.comparing(EdgeDocument::from)
                        .thenComparing(EdgeDocument::to)
                        .thenComparingInt(EdgeDocument::port))
                .toList();
    }

    private static boolean countedByTheCalledOne(ObservedEdge observed) {
        return observed.getPeerCounts() && observed.getEdge().getDirection() == EdgeDirection.EDGE_DIRECTION_OUTBOUND;
    }

    private void notes(ListEdgesResponse response, @Nullable String only) {
        if (response.getForgotten() > 0) {
            session.screen()
                    .note("weft: " + Human.count(response.getForgotten(), "pair")
                            + " not shown: more than sidecars and control plane keep");
        }
        if (only != null && response.getSilentList().contains(only)) {
            session.screen().note("weft: the sidecar of " + only + " has told of no connection yet");
        }
    }

    static void print(Screen screen, List<EdgeDocument> edges, Instant now) {
        if (edges.isEmpty()) {
            screen.line("no connection was seen; sidecars tell of theirs every 3 seconds");
            return;
        }
        Table table = new Table()
                .givingWay("FROM")
                .givingWay("TO")
                .numbers("PORT")
                .column("OVER")
                .numbers("CONNECTIONS")
                .leftOut(4)
                .numbers("OPEN")
                .leftOut(2)
                .numbers("REFUSED")
                .numbers("BYTES")
                .leftOut(1)
                .column("LAST")
                .leftOut(3)
                .givingWay("WHY REFUSED");
        edges.forEach(edge -> row(table, edge, now));
        screen.table(table);
    }

    private static void row(Table table, EdgeDocument edge, Instant now) {
        table.row(
                new Cell(edge.inbound() ? edge.brief(edge.from()) : edge.seenBy(), Style.NAME),
                new Cell(edge.inbound() ? edge.seenBy() : edge.brief(edge.to()), Style.NAME),
                Integer.toString(edge.port()),
                switch (edge.over()) {
                    case "mTLS" -> new Cell("mTLS", Style.GOOD);
                    case "plain" -> new Cell("plain", Style.WARNING);
                    default -> Cell.of(NONE);
                },
                Long.toString(edge.connections()),
                Long.toString(edge.open()),
                edge.refused() == 0 ? Cell.of("0") : new Cell(Long.toString(edge.refused()), Style.BAD),
                Human.bytes(edge.bytes()),
                Human.relative(edge.last(), now),
                edge.refused() == 0 ? NONE : edge.code() + (edge.policy().isEmpty() ? "" : " " + edge.policy()));
    }
}
