package dev.weft.local.link;

import dev.weft.control.server.ControlServer;
import dev.weft.daemon.json.Json;
import dev.weft.files.yaml.FileError;
import dev.weft.files.yaml.Parsed;
import dev.weft.files.yaml.RegistryFiles;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.identity.trust.TrustBundle;
import dev.weft.local.inspect.MeshHandle;
import dev.weft.local.state.Network;
import dev.weft.local.state.StateFiles;
import dev.weft.mesh.model.TrustDomainObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The TrustDomain object that describes a linked mesh to another one: the initial trust anchors, the address of its
 * trust bundle, the address of its control plane, and its address ranges. The file is named after the interface to the
 * linked mesh and is deleted with the link.
 */
final class LinkObject {

    private LinkObject() {}

    /** Whether the linked trust domain is active, and why. A user may have changed this in the object. */
    record LinkState(TrustBundle.State state, Optional<String> reason) {

        static final LinkState ACTIVE = new LinkState(TrustBundle.State.ACTIVE, Optional.empty());

        private String text() {
            String said =
                    reason.map(why -> "  reason: " + Json.write(why) + "\n").orElse("");
            return switch (state) {
                case ACTIVE -> said;
                case DISABLED -> "  state: Disabled\n" + said;
            };
        }
    }

    /**
     * Returns the state of the other mesh in this mesh's object; active if there is no object yet.
     *
     * @throws LinkException if the object cannot be read: replacing it could readmit a trust domain that was disabled
     */
    static LinkState state(MeshHandle mesh, MeshHandle other) throws IOException {
        return state(file(mesh, other), domain(other));
    }

    static LinkState state(Path file, TrustDomain trustDomain) throws LinkException {
        if (Files.notExists(file)) {
            return LinkState.ACTIVE;
        }
        Parsed parsed = RegistryFiles.parse(file);
        TrustDomainObject object = parsed.objects().trustDomains().get(trustDomain);
        if (!parsed.valid() || object == null) {
            throw new LinkException(
                    MeshLinks.UNREADABLE,
                    "the TrustDomain object of %s cannot be read".formatted(trustDomain),
                    parsed.errors().stream()
                            .findFirst()
                            .map(FileError::toString)
                            .orElse("%s has no TrustDomain %s".formatted(file, trustDomain)),
                    "correct the file; or 'weft unlink', then 'weft link': this writes a new one and lets the trust domain in");
        }
        return new LinkState(object.state(), object.reason());
    }

    /** Writes the object into the registry of a mesh. */
    static void write(MeshHandle mesh, MeshHandle other, LinkState state) throws IOException {
        String anchors = Files.readString(other.state().control().resolve("anchor.pem"));
        Network network = new Network(other.record().network());
        StateFiles.write(file(mesh, other), text(domain(other), anchors, network, state));
    }

    static boolean remove(MeshHandle mesh, MeshHandle other) throws IOException {
        return Files.deleteIfExists(file(mesh, other));
    }

    private static Path file(MeshHandle mesh, MeshHandle other) {
        String name = new Network(other.record().network()).linkName();
        return mesh.state().links().resolve(name + ".yaml");
    }

    private static TrustDomain domain(MeshHandle mesh) {
        return TrustDomain.parse(mesh.record().trustDomain());
    }

    static String text(TrustDomain trustDomain, String anchors, Network network, LinkState state) {
        return """
                # Written by `weft link`; removed with the link. Linking again keeps state and reason.
                apiVersion: weft.dev/v1alpha1
                kind: TrustDomain
                metadata: {name: "%s"}
                spec:
                %s  anchors: |
                %s
                  bundleEndpoint:
                    url: "https://%s/"
                    profile: https_spiffe
                    endpointSpiffeId: "%s"
                  discovery:
                    addresses: ["%s"]
                    ranges: [%s]
                """.formatted(
                trustDomain,
                state.text(),
                anchors.lines().map(line -> "    " + line).collect(Collectors.joining("\n")),
                network.bundleEndpoint(),
                ControlServer.identity(trustDomain),
                network.controlPlane(),
                network.ranges().stream().map(range -> '"' + range + '"').collect(Collectors.joining(", ")));
    }
}
