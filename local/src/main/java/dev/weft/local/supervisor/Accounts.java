package dev.weft.local.supervisor;

import dev.weft.local.inspect.AppUser;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The users that the programs of a mesh run as. Where the kernel lets this process become any user, each application has one of
 * its own unless the mesh file names another, and so has each sidecar: by what files they may open and whom they may signal, the
 * kernel tells them apart. In a user namespace there is one user only.
 *
 * @param several whether this process may become any user
 * @param sidecars whether others than the user who runs the mesh can read what a sidecar runs from
 * @param network number of the mesh's network
 */
record Accounts(boolean several, boolean sidecars, int network) {

    /** A range that no one hands out: above what containers get, and positive for programs that count with a sign. */
    private static final int FIRST = 0x7000_0000;

    private static final int NETWORK_SHIFT = 17;
    private static final int SIDECAR = 1 << 16;
    private static final int OCTET_BITS = 8;

    /** @param needed files that a sidecar runs from, and the folder of its own files */
    static Accounts of(int network, List<Path> needed) throws IOException {
        boolean several = AppUser.several(ProcessHandle.current().pid());
        boolean readable = true;
        for (Path path : needed) {
            readable &= Reachable.byOthers(path);
        }
        return new Accounts(several, several && readable, network);
    }

    /**
     * The user of an application; nothing for the user who runs the mesh.
     *
     * @param wanted what the mesh file says
     * @param addresses of its pod, IPv4 first
     */
    Optional<AppUser> application(Optional<String> wanted, List<String> addresses) throws IOException {
        if (wanted.isPresent()) {
            return AppUser.of(wanted.get(), ProcessHandle.current().pid());
        }
        return several ? Optional.of(AppUser.unknown(number(addresses))) : Optional.empty();
    }

    /** The user of a sidecar; nothing for the user who runs the mesh. */
    Optional<AppUser> sidecar(List<String> addresses) {
        return sidecars ? Optional.of(AppUser.unknown(number(addresses) | SIDECAR)) : Optional.empty();
    }

    /** No two pods of meshes that are up side by side have the same: it is made of network and address. */
    private int number(List<String> addresses) {
        String[] octets = addresses.getFirst().split("\\.", -1);
        int host = (Integer.parseInt(octets[2]) << OCTET_BITS) | Integer.parseInt(octets[3]);
        return FIRST | (network << NETWORK_SHIFT) | host;
    }
}
