package dev.weft.local.supervisor;

import dev.weft.control.peering.PeerStore;
import dev.weft.local.state.MeshState;
import dev.weft.local.state.StateFiles;
import dev.weft.mesh.model.ObjectName;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Writes the hosts files of all workloads when their content changes, and their resolver files. Used by one thread. */
final class HostsFiles {

    private final MeshState state;
    private final String trustDomain;
    private final Map<ObjectName, String> written = new HashMap<>();

    HostsFiles(MeshState state, String trustDomain) {
        this.state = state;
        this.trustDomain = trustDomain;
    }

    /**
     * Writes the files of these pods. Must be called before a pod is created: the pod mounts the files, so they are
     * only ever written in place.
     */
    void write(Collection<ObjectName> pods, MeshView view, List<PeerStore.Names> others) throws IOException {
        for (ObjectName name : pods) {
            MeshState.WorkloadFiles files = state.workload(name.namespace(), name.name());
            StateFiles.createDirectories(files.directory());
            if (!written.containsKey(name)) {
                writeInPlace(files.resolvConf(), ResolvConfFile.text(name.namespace(), trustDomain));
            }
            String text = HostsFile.text(name, view.podAddresses(name), view.names(), trustDomain, others);
            if (!text.equals(written.get(name))) {
                writeInPlace(files.hosts(), text);
                written.put(name, text);
            }
        }
    }

    /** Forgets a workload whose files were deleted. */
    void forget(ObjectName name) {
        written.remove(name);
    }

    private static void writeInPlace(Path file, String text) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
        int length = bytes.remaining();
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.truncate(length);
        }
        file.toFile().setReadable(true, false);
    }
}
