package dev.weft.local.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClassCacheTest {

    private static final String JARS =
            "/d/lib/weft-proxy-1.jar:/d/lib/bcprov-1.jar:/d/lib/netty-common-4.jar:/d/lib/weft-api-1.jar";

    @Test
    void sidecarRunsFromItsOwnJarsInAFixedOrder() {
        assertThat(ClassCache.SIDECAR.classPath(JARS))
                .isEqualTo("/d/lib/netty-common-4.jar:/d/lib/weft-api-1.jar:/d/lib/weft-proxy-1.jar");
    }

    @Test
    void controlPlaneRunsFromAllJarsInAFixedOrder() {
        assertThat(ClassCache.CONTROL.classPath(JARS))
                .isEqualTo(
                        "/d/lib/bcprov-1.jar:/d/lib/netty-common-4.jar:/d/lib/weft-api-1.jar:/d/lib/weft-proxy-1.jar");
    }

    @Test
    void foldersOfClassesAreTakenAsTheyAre() {
        String all = "/d/proxy/target/classes:" + JARS;
        assertThat(ClassCache.SIDECAR.classPath(all)).isEqualTo(all);
        assertThat(ClassCache.SIDECAR.file(all)).isEmpty();
    }

    @Test
    void cacheIsBesideTheFolderOfJars(@TempDir Path dist) throws IOException {
        String jar = dist.resolve("lib/weft-proxy-1.jar").toString();
        assertThat(ClassCache.SIDECAR.file(jar)).isEmpty();
        Path cache = Files.createFile(dist.resolve("sidecar.aot"));
        assertThat(ClassCache.SIDECAR.file(jar)).contains(cache);
    }

    /** Otherwise the command would start without its cache, and say so each time. */
    @Test
    void theCommandsScriptHasTheFlagsThatItsCacheWasMadeWith() throws IOException {
        String script = Files.readString(Path.of("../weft"));
        assertThat(CacheTraining.COMMAND_FLAGS)
                .allSatisfy(flag -> assertThat(script).contains(flag));
        assertThat(script).contains("$dist/" + ClassCache.COMMAND.fileName());
    }

    @Test
    void nativeLibrariesAreBesideTheFolderOfJars(@TempDir Path dist) throws IOException {
        String jar = dist.resolve("lib/weft-proxy-1.jar").toString();
        assertThat(ClassCache.libraries(jar)).isEmpty();
        Path folder = Files.createDirectory(dist.resolve("native"));
        assertThat(ClassCache.libraries(jar)).contains(folder);
        assertThat(ClassCache.libraries(dist + "/target/classes:" + jar)).isEmpty();
    }

    /** A program that looks whether a port of 127.0.0.1 listens can connect to itself, and take the port. */
    @Test
    void theRehearsalsPortCannotBeTakenByConnectionsOfTheUsualLoopbackAddress() throws IOException {
        InetAddress address = CacheTraining.freeAddress().getAddress();
        assertThat(address.isLoopbackAddress()).isTrue();
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"));
                ServerSocket own = new ServerSocket(other.getLocalPort(), 1, address)) {
            assertThat(own.getLocalPort()).isEqualTo(other.getLocalPort());
        }
    }

    @Test
    void environmentAddsFlags() {
        assertThat(SidecarJvm.chosen(Map.of())).isEmpty();
        assertThat(SidecarJvm.chosen(Map.of("WEFT_SIDECAR_JVM", " -XX:TieredStopAtLevel=1  -Xmx32m")))
                .isEqualTo(List.of("-XX:TieredStopAtLevel=1", "-Xmx32m"));
    }
}
