package dev.weft.cli.command;

import dev.weft.cli.failure.CommandFailure;
import dev.weft.cli.failure.ExitCode;
import dev.weft.cli.link.ClusterLinkDocument;
import dev.weft.cli.link.ClusterLinks;
import dev.weft.cli.link.ClusterOverrides;
import dev.weft.cli.mesh.ChosenMesh;
import dev.weft.local.inspect.MeshHandle;
import dev.weft.local.link.MeshLinks;
import dev.weft.local.state.Uid;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "link",
        description = "Link two meshes, or two clusters: workloads of one call those of the other.",
        footer = {
            "  weft up a.yaml --mesh a --trust-domain a.example --detach",
            "  weft up b.yaml --mesh b --trust-domain b.example --detach",
            "  weft link a b",
            "  weft link a b -o json | jq -r '.meshes[].names[]'",
            "  weft link east west --cluster                        # names are kubectl contexts",
            "  weft link east west --cluster --dry-run              # what it would write",
            "  weft link east west --cluster --address east=192.0.2.7:15012 --ranges east=10.8.0.0/16",
            "",
            "Clusters exchange no key and no API token: each gets the public anchors, addresses and ranges of",
            "the other, in a TrustDomain object. Both control planes must reach each other.",
            "",
            "Only root can link meshes of this machine. Linking again repairs a link; a trust domain that is",
            "disabled stays disabled.",
            "The link ends when one of the meshes ends. Only tunnels and control planes use it."
        })
public final class LinkCommand extends SessionCommand {

    @Parameters(index = "0", paramLabel = "MESH", description = "a mesh that is up, or a kubectl context.")
    private String first = "";

    @Parameters(index = "1", paramLabel = "MESH", description = "the other mesh, or the other context.")
    private String second = "";

    @Option(
            names = "--address",
            paramLabel = "CONTEXT=HOST:PORT",
            description = "where its control plane is reached. Default: its Service weft-peering.")
    private Map<String, String> addresses = new HashMap<>();

    @Option(
            names = "--bundle-address",
            paramLabel = "CONTEXT=HOST:PORT",
            description = "with --address: where its trust bundle is served. Default: the same host, port 15013.")
    private Map<String, String> bundles = new HashMap<>();

    @Option(
            names = "--ranges",
            paramLabel = "CONTEXT=CIDR,...",
            description = "the ranges of its pods and Services. Default: read from the cluster.")
    private Map<String, String> ranges = new HashMap<>();

    @Option(names = "--dry-run", description = "print the objects, and write nothing")
    private boolean dryRun;

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            defaultValue = "30s",
            converter = DurationConverter.class,
            description = "how long the control planes may take to connect. Default: ${DEFAULT-VALUE}.")
    private Duration timeout = Duration.ofSeconds(30);

    @Mixin
    private ClusterLinkOptions clusters = new ClusterLinkOptions();

    @Mixin
    private OutputOption output = new OutputOption();

    public LinkCommand(Session session) {
        super(session);
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        ClusterOverrides overrides = new ClusterOverrides(addresses, bundles, ranges);
        if (clusters.isMeant(session)) {
            return linkClusters(overrides);
        }
        if (dryRun || !overrides.isNothing()) {
            throw CommandFailure.usage(
                    "--address, --bundle-address, --ranges and --dry-run are about clusters",
                    "add --cluster, or leave them out");
        }
        MeshHandle a = ChosenMesh.of(session.meshes(), Optional.of(first));
        MeshHandle b = ChosenMesh.of(session.meshes(), Optional.of(second));
        LinkDocument document = LinkDocument.of(new MeshLinks(Uid.own()).link(a, b));
        output.print(session.screen(), document, () -> document.print(session.screen()));
        return ExitCode.OK;
    }

    private int linkClusters(ClusterOverrides overrides) throws IOException {
        ClusterLinks links = clusters.between(session, first, second, overrides);
        if (dryRun) {
            session.screen().line(links.manifests().stripTrailing());
            return ExitCode.OK;
        }
        ClusterLinkDocument document = links.link(session.clock(), timeout);
        output.print(session.screen(), document, () -> document.print(session.screen()));
        return ExitCode.OK;
    }
}
