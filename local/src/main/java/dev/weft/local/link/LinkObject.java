package dev.weft.local.link;

import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.local.inspect.MeshHandle;
import dev.weft.local.state.Network;
import dev.weft.local.state.StateFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;

/**
 * What one mesh is told of another that it is linked with, as an object of its registry: the anchors, where the control plane
 * listens, and which addresses are the other's. Named by the interface that leads there, with which it goes.
 */
final class LinkObject {

    private LinkObject() {}

    static void write(MeshHandle mesh, MeshHandle other) throws IOException {
        StateFiles.write(file(mesh, other), text(other));
    }

    static boolean remove(MeshHandle mesh, MeshHandle other) throws IOException {
        return Files.deleteIfExists(file(mesh, other));
    }

    private static Path file(MeshHandle mesh, MeshHandle other) {
        String name = new Network(other.record().network()).linkName();
        return mesh.state().links().resolve(name + ".yaml");
    }

    private static String text(MeshHandle other) throws IOException {
        Network network = new Network(other.record().network());
        String anchors = Files.readString(other.state().control().resolve("anchor.pem"));
        return text(TrustDomain.parse(other.record().trustDomain()), anchors, network);
    }

    static String text(TrustDomain trustDomain, String anchors, Network network) {
        return """
                # Written by `weft link`; removed with the link.
                apiVersion: weft.dev/v1alpha1
                kind: TrustDomain
                metadata: {name: "%s"}
                spec:
                  anchors: |
                %s
                  discovery:
                    addresses: ["%s"]
                    ranges: [%s]
                """.formatted(
                trustDomain,
                anchors.lines().map(line -> "    " + line).collect(Collectors.joining("\n")),
                network.controlPlane(),
                network.ranges().stream().map(range -> '"' + range + '"').collect(Collectors.joining(", ")));
    }
}
