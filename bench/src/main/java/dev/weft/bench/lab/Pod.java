package dev.weft.bench.lab;

import java.util.ArrayList;
import java.util.List;

/**
 * A network namespace with one address on the link, like a pod.
 *
 * @param name name for messages
 * @param pid a long-running process in the namespace
 * @param address its IPv4 address on the link
 */
public record Pod(String name, int pid, String address) {
    /** Returns the command line that runs a program in this namespace, pinned to one core. */
    public List<String> command(int core, List<String> program) {
        List<String> command = new ArrayList<>(List.of("nsenter", "-t", Integer.toString(pid), "-n", "--"));
        command.addAll(List.of("taskset", "-c", Integer.toString(core)));
        command.addAll(program);
        return command;
    }

    /** Runs a command in the namespace. The command is one line, without spaces in its arguments. */
    public void run(String line) {
        Shell.run("nsenter -t " + pid + " -n -- " + line);
    }
}
