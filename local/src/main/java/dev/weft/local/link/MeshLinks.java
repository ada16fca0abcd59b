package dev.weft.local.link;

import dev.weft.control.peering.PeerStore;
import dev.weft.files.registry.OperatorFiles;
import dev.weft.files.yaml.RegistryFiles;
import dev.weft.identity.keys.InvalidEncodingException;
import dev.weft.identity.keys.Pem;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.identity.trust.TrustBundle;
import dev.weft.local.inspect.MeshHandle;
import dev.weft.local.state.Network;
import dev.weft.mesh.model.TrustDomainObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * Links meshes that are running. A link ends when one of its meshes stops; a mesh that starts again must be linked
 * again.
 */
public final class MeshLinks {

    static final String NOT_ROOT = "WEFT-L200";
    static final String SAME_MESH = "WEFT-L201";
    static final String SAME_TRUST_DOMAIN = "WEFT-L202";
    static final String REFUSED = "WEFT-L203";
    static final String NOT_LINKED = "WEFT-L204";
    static final String NOT_MET = "WEFT-L205";
    static final String UNREADABLE = "WEFT-L206";

    private static final Duration MEETING = Duration.ofSeconds(15);
    private static final Duration POLL = Duration.ofMillis(100);

    private final int uid;

    /** @param uid id of the user who links; must be root */
    public MeshLinks(int uid) {
        this.uid = uid;
    }

    /**
     * Links two meshes, and waits until each knows the names of the other. If they are linked already, repairs missing
     * parts of the link. A trust domain that one of them has disabled stays disabled.
     *
     * @throws LinkException if they cannot be linked; no part of a new link is left then, unless only the control
     *     planes have not connected yet
     */
    public MeshLink link(MeshHandle a, MeshHandle b) throws IOException, InterruptedException {
        requireRoot("link");
        requireTwo(a, b);
        if (domain(a).equals(domain(b))) {
            throw new LinkException(
                    SAME_TRUST_DOMAIN,
                    "meshes %s and %s are both trust domain %s".formatted(a.name(), b.name(), domain(a)),
                    "bring one of them up with another --trust-domain");
        }
        LinkObject.LinkState ofA = LinkObject.state(b, a);
        LinkObject.LinkState ofB = LinkObject.state(a, b);
        MeshInterfaces wire = MeshInterfaces.between(a, b);
        boolean before;
        try {
            before = wire.connect();
            LinkObject.write(a, b, ofB);
            LinkObject.write(b, a, ofA);
        } catch (IOException e) {
            wire.disconnect();
            throw refused(a, b, e);
        }
        Optional<String> aDisabled = disabled(b, domain(a), ofA);
        Optional<String> bDisabled = disabled(a, domain(b), ofB);
        boolean meet = aDisabled.isEmpty()
                && bDisabled.isEmpty()
                && a.ps().controlPlane().isPresent()
                && b.ps().controlPlane().isPresent();
        if (meet) {
            awaitMeeting(a, b, MEETING);
        }
        return new MeshLink(end(a, b, aDisabled), end(b, a, bDisabled), before, sharesAnchor(a, b));
    }

    private static MeshLink.End end(MeshHandle mesh, MeshHandle other, Optional<String> disabled) throws IOException {
        Network network = new Network(mesh.record().network());
        return new MeshLink.End(
                mesh.name(),
                mesh.record().trustDomain(),
                network.controlPlane(),
                network.bundleEndpoint(),
                network.ranges(),
                known(other, mesh)
                        .map(names -> names.addresses().keySet().stream()
                                .map(name -> hostName(name, domain(mesh)))
                                .toList())
                        .orElse(List.of()),
                disabled);
    }

    private static String hostName(String name, TrustDomain trustDomain) {
        String[] parts = name.split("/", 2);
        return parts[1] + "." + parts[0] + "." + trustDomain;
    }

    /**
     * Returns why a mesh has disabled a trust domain: by an operator, by its own file, or by the link's object. Empty
     * if it has not.
     */
    private static Optional<String> disabled(MeshHandle in, TrustDomain trustDomain, LinkObject.LinkState standing)
            throws IOException {
        Optional<TrustDomainObject> byOperator =
                OperatorFiles.disabled(in.state().control(), trustDomain);
        if (byOperator.isPresent()) {
            return Optional.of(byOperator.get().reason().orElse(""));
        }
        Optional<TrustDomainObject> ofFile = ofFile(in, trustDomain);
        if (ofFile.isPresent()) {
            return ofFile.filter(object -> object.state() == TrustBundle.State.DISABLED)
                    .map(object -> object.reason().orElse(""));
        }
        return standing.state() == TrustBundle.State.DISABLED
                ? Optional.of(standing.reason().orElse(""))
                : Optional.empty();
    }

    /** Returns the mesh's own object for a trust domain, which takes precedence over the link's object. */
    private static Optional<TrustDomainObject> ofFile(MeshHandle mesh, TrustDomain trustDomain) {
        return Optional.ofNullable(RegistryFiles.parse(Path.of(mesh.record().file()))
                .objects()
                .trustDomains()
                .get(trustDomain));
    }

    private static boolean sharesAnchor(MeshHandle a, MeshHandle b) throws IOException {
        return !Collections.disjoint(anchors(a), anchors(b));
    }

    private static List<X509Certificate> anchors(MeshHandle mesh) throws IOException {
        Path file = mesh.state().control().resolve("anchor.pem");
        try {
            return Pem.decodeCertificates(Files.readString(file));
        } catch (InvalidEncodingException e) {
            throw new IOException(file + " cannot be read: " + e.getMessage(), e);
        }
    }

    private static TrustDomain domain(MeshHandle mesh) {
        return TrustDomain.parse(mesh.record().trustDomain());
    }

    /** @throws LinkException if the control planes have not connected within this time */
    static void awaitMeeting(MeshHandle a, MeshHandle b, Duration limit) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + limit.toNanos();
        while (known(a, b).isEmpty() || known(b, a).isEmpty()) {
            if (System.nanoTime() > deadline) {
                List<String> advice = new ArrayList<>();
                ofFile(a, domain(b)).ifPresent(_ -> advice.add(overridingObject(a, b)));
                ofFile(b, domain(a)).ifPresent(_ -> advice.add(overridingObject(b, a)));
                advice.add("'weft logs --control --mesh %s' shows why, and so do the logs of %s"
                        .formatted(a.name(), b.name()));
                throw new LinkException(
                        NOT_MET,
                        "meshes %s and %s are linked, and their control planes have not met within %d s"
                                .formatted(a.name(), b.name(), limit.toSeconds()),
                        advice.toArray(String[]::new));
            }
            Thread.sleep(POLL);
        }
    }

    private static String overridingObject(MeshHandle mesh, MeshHandle other) {
        return "%s has a TrustDomain %s, which replaces the link's: remove it, or correct it"
                .formatted(mesh.record().file(), domain(other));
    }

    /** Returns the names that one mesh knows of another. */
    private static Optional<PeerStore.Names> known(MeshHandle by, MeshHandle of) throws IOException {
        return new PeerStore(by.state().control())
                .names().stream()
                        .filter(known -> known.trustDomain().equals(domain(of)))
                        .findFirst();
    }

    /**
     * Removes the link between two meshes.
     *
     * @throws LinkException if they are not linked
     */
    public void unlink(MeshHandle a, MeshHandle b) throws IOException, InterruptedException {
        requireRoot("unlink");
        requireTwo(a, b);
        MeshInterfaces wire = MeshInterfaces.between(a, b);
        boolean linked;
        try {
            boolean told = LinkObject.remove(a, b);
            linked = LinkObject.remove(b, a) || told;
            linked = wire.disconnect() || linked;
        } catch (IOException e) {
            throw refused(a, b, e);
        }
        if (!linked) {
            throw new LinkException(
                    NOT_LINKED,
                    "meshes %s and %s are not linked".formatted(a.name(), b.name()),
                    "'weft link %s %s' links them".formatted(a.name(), b.name()));
        }
    }

    /**
     * Requires root: each mesh of an ordinary user is in its own user namespace, and only root may join two of these.
     */
    private void requireRoot(String verb) throws LinkException {
        if (uid != 0) {
            throw new LinkException(
                    NOT_ROOT,
                    "only root can %s meshes".formatted(verb),
                    "bring the meshes up as root too: sudo weft up");
        }
    }

    private static void requireTwo(MeshHandle a, MeshHandle b) throws LinkException {
        if (a.name().equals(b.name())) {
            throw new LinkException(
                    SAME_MESH,
                    "mesh %s cannot be linked with itself".formatted(a.name()),
                    "name two meshes that are up");
        }
    }

    private static LinkException refused(MeshHandle a, MeshHandle b, IOException e) {
        LinkException refused = new LinkException(
                REFUSED,
                "the link between meshes %s and %s cannot be changed".formatted(a.name(), b.name()),
                String.valueOf(e.getMessage()));
        refused.initCause(e);
        return refused;
    }
}
