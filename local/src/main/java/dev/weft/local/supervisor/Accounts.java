package dev.weft.local.supervisor;

import dev.weft.local.inspect.AppUser;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The users that run the programs of a mesh. If the kernel lets this process become any user, each application has its
 * own user unless the mesh file names one, and so has each sidecar. The kernel then separates them: by the files that
 * they may open, and the processes that they may signal. In a user namespace there is only one user.
 *
 * @param several whether this process may become any user
 * @param sidecars whether sidecars have their own users: other users can read the files that a sidecar needs
 * @param network number of the mesh's network
 */
record Accounts(boolean several, boolean sidecars, int network) {

    /**
     * First uid of a range that no one assigns: above the uids of containers, and positive for programs with signed
     * numbers.
     */
    private static final int FIRST = 0x7000_0000;

    private static final int NETWORK_SHIFT = 17;
    private static final int SIDECAR = 1 << 16;
    private static final int OCTET_BITS = 8;

    /** @param needed files that a sidecar needs, and the directory of its own files */
    static Accounts of(int network, List<Path> needed) throws IOException {
        boolean several = AppUser.several(ProcessHandle.current().pid());
        boolean readable = true;
        for (Path path : needed) {
            readable &= FileAccess.byOthers(path);
        }
        return new Accounts(several, several && readable, network);
    }

    /**
     * Returns the user of an application; empty for the user who runs the mesh.
     *
     * @param wanted user in the mesh file; empty if it names none
     * @param addresses addresses of its pod, IPv4 first
     */
    Optional<AppUser> application(Optional<String> wanted, List<String> addresses) throws IOException {
        if (wanted.isPresent()) {
            return AppUser.of(wanted.get(), ProcessHandle.current().pid());
        }
        return several ? Optional.of(AppUser.unknown(number(addresses))) : Optional.empty();
    }

    /** Returns the user of a sidecar; empty for the user who runs the mesh. */
    Optional<AppUser> sidecar(List<String> addresses) {
        return sidecars ? Optional.of(AppUser.unknown(number(addresses) | SIDECAR)) : Optional.empty();
    }

    /**
     * Returns a uid made of network and address, so that pods of meshes that run at the same time have different uids.
     */
    private int number(List<String> addresses) {
        String[] octets = addresses.getFirst().split("\\.", -1);
        int host = (Integer.parseInt(octets[2]) << OCTET_BITS) | Integer.parseInt(octets[3]);
        return FIRST | (network << NETWORK_SHIFT) | host;
    }
}
