package dev.weft.files.registry;

import dev.weft.contracts.RegistryContract;
import dev.weft.files.yaml.ObjectWriter;
import dev.weft.mesh.model.Revocation;
import dev.weft.mesh.registry.OperatorObjects;
import dev.weft.mesh.registry.Registry;
import dev.weft.mesh.route.RouteName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;

final class FileRegistryContractTest extends RegistryContract {

    private static final WatchTimings QUICK =
            new WatchTimings(Duration.ofMillis(50), Duration.ofMillis(5), Duration.ofMillis(50));

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @Override
    protected Subject open(List<Revocation> there) throws IOException {
        Path folder = Files.createDirectories(directory.resolve("mesh"));
        Files.writeString(
                folder.resolve("namespace.yaml"), "{apiVersion: v1, kind: Namespace, metadata: {name: shop}}\n");
        for (Revocation revocation : there) {
            write(folder, revocation);
        }
        Path state = Files.createDirectories(directory.resolve("state"));
        FileRegistry registry =
                FileRegistry.open(List.of(folder), OperatorFiles.folder(state), LastValidStore.NOTHING, QUICK);
        return new Folder(folder, registry, OperatorFiles.open(state, registry));
    }

    private static void write(Path folder, Revocation revocation) throws IOException {
        Files.writeString(folder.resolve(revocation.name() + ".yaml"), ObjectWriter.write(revocation) + "\n");
    }

    private record Folder(Path folder, FileRegistry files, OperatorObjects operators) implements Subject {
        @Override
        public Registry registry() {
            return files;
        }

        @Override
        public void put(Revocation revocation) throws IOException {
            write(folder, revocation);
        }

        @Override
        public void remove(String name) throws IOException {
            Files.delete(folder.resolve(name + ".yaml"));
        }

        @Override
        public void putRoute(RouteName name, String json) throws IOException {
            Files.writeString(file(name), json + "\n");
        }

        @Override
        public void removeRoute(RouteName name) throws IOException {
            Files.delete(file(name));
        }

        private Path file(RouteName name) {
            return folder.resolve(name.kind().plural() + "-" + name.name().name() + ".yaml");
        }

        @Override
        public void close() {
            files.close();
        }
    }
}
