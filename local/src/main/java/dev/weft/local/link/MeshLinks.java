package dev.weft.local.link;

import dev.weft.local.inspect.MeshHandle;
import java.io.IOException;

/** Links meshes that are up. A link ends with either of its meshes; one that comes up again is linked again. */
public final class MeshLinks {

    static final String NOT_ROOT = "WEFT-L200";
    static final String SAME_MESH = "WEFT-L201";
    static final String SAME_TRUST_DOMAIN = "WEFT-L202";
    static final String REFUSED = "WEFT-L203";
    static final String NOT_LINKED = "WEFT-L204";

    private final int uid;

    /** Links as the user of this id, who must be root. */
    public MeshLinks(int uid) {
        this.uid = uid;
    }

    /**
     * Links two meshes; when they are linked already, makes sure that all of the link is there.
     *
     * @throws LinkException if they cannot be linked; nothing of a new link is left then
     */
    public void link(MeshHandle a, MeshHandle b) throws IOException, InterruptedException {
        requireRoot("link");
        requireTwo(a, b);
        if (a.record().trustDomain().equals(b.record().trustDomain())) {
            throw new LinkException(
                    SAME_TRUST_DOMAIN,
                    "meshes %s and %s are both trust domain %s"
                            .formatted(a.name(), b.name(), a.record().trustDomain()),
                    "bring one of them up with another --trust-domain");
        }
        Wire wire = Wire.between(a, b);
        try {
            wire.connect();
        } catch (IOException e) {
            throw refused(a, b, e);
        }
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
            linked = wire.disconnect();
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
