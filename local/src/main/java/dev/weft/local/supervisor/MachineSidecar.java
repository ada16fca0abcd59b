package dev.weft.local.supervisor;

import dev.weft.local.command.Commands;
import dev.weft.proxy.capture.CaptureRules;
import dev.weft.proxy.capture.CaptureSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The sidecar of a machine outside: the program and the rules that pods have, in the namespaces that this process is in. */
public final class MachineSidecar {

    private MachineSidecar() {}

    /**
     * The program, ready to start.
     *
     * @param flags of the sidecar
     * @param temporary where it may write
     */
    public static ProcessBuilder process(List<String> flags, Path temporary) {
        List<String> jvm = new ArrayList<>(SidecarJvm.sidecar(temporary));
        jvm.addAll(SidecarJvm.chosen(System.getenv()));
        List<String> command = Programs.java(jvm, ClassCache.SIDECAR, "dev.weft.proxy.ProxyMain");
        command.addAll(flags);
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().putAll(SidecarJvm.environment());
        return builder;
    }

    /**
     * Has everything go through the sidecar but what is left out, in place of what was in force before.
     *
     * @param skipInboundPorts ports of this machine that others reach without the sidecar
     * @param skipOutboundPorts ports of others that this machine reaches without it
     * @param excluded ranges that it reaches without it
     * @param datagrams what of UDP and the like is let in
     * @param nameServers whose questions for names the sidecar answers
     * @throws IOException if the rules cannot be loaded; then nothing has changed
     */
    public static void capture(
            List<Integer> skipInboundPorts,
            List<Integer> skipOutboundPorts,
            List<String> excluded,
            CaptureSettings.Datagrams datagrams,
            List<InetAddress> nameServers)
            throws IOException, InterruptedException {
        load(CaptureRules.install(CaptureSettings.standard()
                .skipping(skipInboundPorts, skipOutboundPorts)
                .excluding(excluded)
                .admitting(datagrams)
                .answering(nameServers)));
    }

    /** Ends the capture; also where there is none. */
    public static void release() throws IOException, InterruptedException {
        load(CaptureRules.remove());
    }

    private static void load(String rules) throws IOException, InterruptedException {
        Commands.run(List.of("nft", "-f", "-"), rules);
    }
}
