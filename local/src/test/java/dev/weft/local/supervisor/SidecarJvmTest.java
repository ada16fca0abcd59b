package dev.weft.local.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.local.command.Commands;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

final class SidecarJvmTest {
    private static final Pattern MAX_HEAP = Pattern.compile("size_t MaxHeapSize += (\\d+)");
    private static final Path TEMPORARY = Path.of("/tmp");

    @Test
    void theHeapFollowsTheLimitOfTheContainer() throws Exception {
        List<String> sidecar = SidecarJvm.inContainer(SidecarJvm.sidecar(TEMPORARY), SidecarJvm.SIDECAR_HEAP_PERCENT);
        assertThat(heapMib(sidecar, 160)).isEqualTo(64);
        assertThat(heapMib(sidecar, 1000)).isEqualTo(400);
        List<String> control = SidecarJvm.inContainer(SidecarJvm.control(TEMPORARY), SidecarJvm.CONTROL_HEAP_PERCENT);
        assertThat(heapMib(control, 512)).isEqualTo(256);
        assertThat(heapMib(control, 2048)).isEqualTo(1024);
    }

    @Test
    void withoutAContainerTheHeapIsTheSameOnEveryMachine() throws Exception {
        assertThat(heapMib(SidecarJvm.sidecar(TEMPORARY), 4096)).isEqualTo(64);
        assertThat(heapMib(SidecarJvm.control(TEMPORARY), 4096)).isEqualTo(256);
    }

    /** Returns the largest heap of a JVM on a machine with this much memory, in MiB. */
    private static long heapMib(List<String> flags, int memoryMib) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(flags);
        command.addAll(List.of("-XX:MaxRAM=" + memoryMib + "m", "-XX:+PrintFlagsFinal", "-version"));
        Matcher heap = MAX_HEAP.matcher(Commands.run(command, ""));
        assertThat(heap.find()).isTrue();
        return Long.parseLong(heap.group(1)) >> 20;
    }
}
