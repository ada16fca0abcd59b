package dev.weft.local.supervisor;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Completes the directory of the container image. For each program it writes {@code /usr/bin/weft-NAME}, a line that
 * names Java and an argument file, and the argument file, with the same flags as in a mesh on one machine. It also
 * creates the class caches with the image's own Java. The build of the image runs it when the jars, native libraries
 * and Java are in place, with their final timestamps.
 */
public final class ImageMain {
    private static final Path HOME = Path.of("/opt/weft");
    private static final String LAUNCH = "dev.weft.daemon.launch.LaunchMain";
    private static final String CAPTURE = "dev.weft.proxy.capture.CaptureMain";
    /** The temporary directory of a sidecar: a volume in memory of its pod. Nothing else is writable there. */
    private static final Path SIDECARS_OWN = Path.of("/var/run/weft/run");

    private static final long TIMEOUT_SECONDS = 60;
    /** A stand-in for nft, with the answer that nft gives when it has loaded the rules. */
    private static final String NFT = "#!/bin/sh\ncat >/dev/null\necho redirect to :15001 redirect to :15006\n";

    private final Path root;
    private final Path home;
    private final Path log;

    private ImageMain(Path root, Path log) {
        this.root = root;
        this.home = root.resolve(HOME.toString().substring(1));
        this.log = log;
    }

    /** The arguments are the directory that becomes the image's root, and a file for the output of the programs. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        ImageMain image = new ImageMain(
                Path.of(arguments[0]).toAbsolutePath(), Path.of(arguments[1]).toAbsolutePath());
        image.write(
                "proxy",
                ClassCache.SIDECAR,
                SidecarJvm.inContainer(SidecarJvm.sidecar(SIDECARS_OWN), SidecarJvm.SIDECAR_HEAP_PERCENT),
                "dev.weft.proxy.ProxyMain");
        image.write("init", ClassCache.INIT, SidecarJvm.shortLived(), CAPTURE);
        List<String> control = new ArrayList<>(
                SidecarJvm.inContainer(SidecarJvm.control(Path.of("/tmp")), SidecarJvm.CONTROL_HEAP_PERCENT));
        // The provider's library is next to Netty's. Otherwise it would be unpacked into the temporary directory at
        // each start.
        control.add("-Dcom.amazon.corretto.crypto.provider.useExternalLib=true");
        image.write("control", ClassCache.CONTROL, control, "dev.weft.kubernetes.KubernetesControlMain");
        image.write("operator", ClassCache.INIT, SidecarJvm.shortLived(), "dev.weft.daemon.launch.RelayMain");
        image.makeCaches();
    }

    /** Writes one program. The caller's arguments follow those of the argument file. */
    private void write(String name, ClassCache cache, List<String> flags, String mainClass) throws IOException {
        List<String> lines = new ArrayList<>(flags);
        lines.addAll(SidecarJvm.from(HOME.resolve(cache.fileName())));
        lines.addAll(SidecarJvm.with(HOME.resolve("native")));
        lines.addAll(List.of("-cp", cache.classPath(classPath(HOME)), LAUNCH, mainClass));
        String arguments = name + ".args";
        Files.write(home.resolve(arguments), lines);
        Path program = Files.writeString(
                root.resolve("usr/bin/weft-" + name),
                "#!%s @%s\n".formatted(HOME.resolve("runtime/bin/java"), HOME.resolve(arguments)));
        makeExecutable(program);
    }

    private void makeCaches() throws IOException, InterruptedException {
        new CacheTraining(home, classPath(home), log, home.resolve("runtime"), false).makeCaches();
        Path directory = Files.createTempDirectory("weft-init");
        try {
            Path nft = Files.writeString(directory.resolve("nft"), NFT);
            makeExecutable(nft);
            Path cache = home.resolve(ClassCache.INIT.fileName());
            init(nft, "-XX:AOTCacheOutput=" + cache);
            init(nft, "-XX:AOTMode=on", "-XX:AOTCache=" + cache);
            Files.delete(nft);
        } finally {
            Files.delete(directory);
        }
    }

    private void init(Path nft, String... cacheFlags) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(home.resolve("runtime/bin/java").toString());
        command.addAll(SidecarJvm.shortLived());
        command.addAll(List.of(cacheFlags));
        command.addAll(List.of("-cp", ClassCache.INIT.classPath(classPath(home))));
        command.addAll(List.of(LAUNCH, CAPTURE, "/usr/bin/weft-init", "--nft", nft.toString()));
        command.addAll(List.of("--skip-inbound-ports", "15020,22", "--excluded-cidrs", "10.0.0.0/8,fd00::/8"));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
        if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
            process.destroyForcibly();
            throw new IOException("the rehearsal of the init container failed; see " + log);
        }
    }

    private static void makeExecutable(Path program) throws IOException {
        if (!program.toFile().setExecutable(true, false)) {
            throw new IOException(program + ": cannot be made executable");
        }
    }

    /** Returns the class path of all jars, in a fixed order, as with this home directory of the image. */
    private String classPath(Path as) throws IOException {
        try (Stream<Path> jars = Files.list(home.resolve("lib"))) {
            return String.join(
                    File.pathSeparator,
                    jars.map(jar -> jar.getFileName().toString())
                            .filter(name -> name.endsWith(".jar"))
                            .sorted()
                            .map(name -> as.resolve("lib").resolve(name).toString())
                            .toList());
        }
    }
}
