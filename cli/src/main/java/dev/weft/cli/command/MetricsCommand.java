package dev.weft.cli.command;

import dev.weft.cli.failure.CommandFailure;
import dev.weft.cli.failure.ExitCode;
import dev.weft.cli.scrape.Scrape;
import dev.weft.cli.scrape.ScrapeEndpoint;
import dev.weft.cli.screen.Style;
import dev.weft.local.inspect.MeshHandle;
import dev.weft.local.state.PsSnapshot.WorkloadStatus;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "metrics",
        description = "Print the metrics of sidecars and control plane in the Prometheus text format.",
        footer = {
            "  weft metrics shop/api | grep weft_refusals",
            "  weft metrics --all                        # of every mesh that is up",
            "  weft metrics --listen 127.0.0.1:9464      # for a Prometheus: http://127.0.0.1:9464/metrics",
            "",
            "Each series has the labels mesh and workload; the control plane's is workload=\"control-plane\".",
        })
public final class MetricsCommand extends SessionCommand {

    private static final int LAST_PORT = 65_535;

    @Parameters(arity = "0..1", paramLabel = "WORKLOAD", description = "namespace/name, or name when it is unique.")
    private @Nullable String workload;

    @Mixin
    private NamespaceOption namespace = new NamespaceOption();

    @Mixin
    private MeshOption meshOption = new MeshOption();

    @Option(
            names = {"-a", "--all"},
            description = "the metrics of every mesh that is up")
    private boolean all;

    @Option(
            names = "--listen",
            paramLabel = "HOST:PORT",
            description = "serve them at http://HOST:PORT/metrics until Ctrl-C; each scrape asks the mesh again")
    private @Nullable String listen;

    public MetricsCommand(Session session) {
        super(session);
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (all && (workload != null || meshOption.given(session).isPresent())) {
            throw CommandFailure.usage(
                    "--all is for every mesh, but one was named", "leave out --all, or the mesh and the workload");
        }
        if (listen != null) {
            return serve(listen);
        }
        Scrape scrape = scrape();
        session.screen().line(scrape.text().stripTrailing());
        scrape.silent().forEach(who -> session.screen().note("weft: " + who + " (WEFT-L108)"));
        return scrape.silent().isEmpty() ? ExitCode.OK : ExitCode.FAILED;
    }

    private Scrape scrape() throws IOException {
        if (all) {
            List<MeshHandle> up =
                    session.meshes().list().stream().filter(MeshHandle::alive).toList();
            return Scrape.of(up, workloads -> workloads, true);
        }
        MeshHandle mesh = meshOption.mesh(session);
        if (workload != null) {
            WorkloadStatus one = Workloads.requireMeshed(Workloads.find(session, mesh, namespace, workload));
            return Scrape.of(List.of(mesh), _ -> List.of(one), false);
        }
        List<WorkloadStatus> within = namespace.of(session, mesh, mesh.ps().workloads());
        return Scrape.of(List.of(mesh), _ -> within, true);
    }

    private int serve(String where) throws IOException, InterruptedException {
        try (ScrapeEndpoint endpoint = ScrapeEndpoint.start(address(where), () -> scrape().text())) {
            InetSocketAddress bound = endpoint.address();
            session.screen()
                    .note(session.screen().paint(Style.GOOD, "✓") + " metrics at http://" + bound.getHostString() + ":"
                            + bound.getPort() + "/metrics; Ctrl-C ends it");
            Thread.currentThread().join();
        } catch (java.net.BindException e) {
            throw CommandFailure.failed("WEFT-L215", "--listen: " + where + ": " + e.getMessage(), "name another port");
        }
        return ExitCode.OK;
    }

    private static InetSocketAddress address(String where) {
        int colon = where.lastIndexOf(':');
        try {
            int port = Integer.parseInt(where.substring(colon + 1));
            if (colon > 0 && port >= 0 && port <= LAST_PORT) {
                String host = where.substring(0, colon).replaceAll("[\\[\\]]", "");
                InetSocketAddress address = new InetSocketAddress(host, port);
                if (!address.isUnresolved()) {
                    return address;
                }
            }
        } catch (NumberFormatException _) {
            // Handled below, like any other invalid address.
        }
        throw CommandFailure.usage(
                "--listen: '" + where + "' (expected: HOST:PORT, such as 127.0.0.1:9464)", "see 'weft metrics --help'");
    }
}
