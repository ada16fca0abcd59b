package dev.weft.local.link;

import dev.weft.control.peering.PeerStore;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.local.inspect.MeshHandle;
import java.io.IOException;
import java.time.Duration;

/** Links meshes that are up. A link ends with either of its meshes; one that comes up again is linked again. */
public final class MeshLinks {

    static final String NOT_ROOT = "WEFT-L200";
    static final String SAME_MESH = "WEFT-L201";
    static final String SAME_TRUST_DOMAIN = "WEFT-L202";
    static final String REFUSED = "WEFT-L203";
    static final String NOT_LINKED = "WEFT-L204";
    static final String NOT_MET = "WEFT-L205";

    private static final Duration MEETING = Duration.ofSeconds(15);
    private static final Duration POLL = Duration.ofMillis(100);

    private final int uid;

    /** Links as the user of this id, who must be root. */
    public MeshLinks(int uid) {
        this.uid = uid;
    }

    /**
     * Links two meshes and waits until each knows what the other has; when they are linked already, makes sure that all of the
     * link is there.
     *
     * @throws LinkException if they cannot be linked; nothing of a new link is left then, unless they only have not met yet
     */
    public void link(MeshHandle a, MeshHandle b) throws IOException, InterruptedException {
        requireRoot("link");
        requireTwo(a, b);
        if (domain(a).equals(domain(b))) {
            throw new LinkException(
                    SAME_TRUST_DOMAIN,
                    "meshes %s and %s are both trust domain %s".formatted(a.name(), b.name(), domain(a)),
                    "bring one of them up with another --trust-domain");
        }
        Wire wire = Wire.between(a, b);
        try {
            wire.connect();
            LinkObject.write(a, b);
            LinkObject.write(b, a);
        } catch (IOException e) {
            wire.disconnect();
            throw refused(a, b, e);
        }
        if (a.ps().controlPlane().isPresent() && b.ps().controlPlane().isPresent()) {
            awaitMeeting(a, b);
        }
    }

    private static TrustDomain domain(MeshHandle mesh) {
        return TrustDomain.parse(mesh.record().trustDomain());
    }

    private static void awaitMeeting(MeshHandle a, MeshHandle b) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + MEETING.toNanos();
        while (!knows(a, b) || !knows(b, a)) {
            if (System.nanoTime() > deadline) {
                throw new LinkException(
                        NOT_MET,
                        "meshes %s and %s are linked, and their control planes have not met within %d s"
                                .formatted(a.name(), b.name(), MEETING.toSeconds()),
                        "'weft logs --control --name %s' says why, 'weft status' what is wrong with a file"
                                .formatted(a.name()));
            }
            Thread.sleep(POLL);
        }
    }

    private static boolean knows(MeshHandle mesh, MeshHandle other) throws IOException {
        return new PeerStore(mesh.state().control())
                .names().stream().anyMatch(known -> known.trustDomain().equals(domain(other)));
    }

    /**
     * Takes the link between two meshes away.
     *
     * @throws LinkException if there is none
     */
    public void unlink(MeshHandle a, MeshHandle b) throws IOException, InterruptedException {
        requireRoot("unlink");
        requireTwo(a, b);
        Wire wire = Wire.between(a, b);
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

    /** Each mesh of an ordinary user is in a user namespace of its own, and nobody but root may join two of these. */
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
