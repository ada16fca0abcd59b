package dev.weft.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Command;

final class HelpFooterTest {

    @Command(
            name = "weft",
            footer = {
                "  weft up shop.yaml            # until Ctrl-C",
                "  weft trust disable west.example      # in this mesh, and in no other",
                "  weft up east.yaml --anchor anchor.pem --anchor-key anchor-key.pem",
                "",
                "A remark whose lines were wrapped",
                "for a wider terminal."
            })
    private static final class Example {}

    private static String help(int columns) {
        CommandLine command = new CommandLine(new Example()).setUsageHelpWidth(columns);
        HelpFooter.fitAll(command);
        return command.getUsageMessage().substring(command.getUsageMessage().indexOf("  weft"));
    }

    @Test
    void aCommentThatHasNoRoomGoesAboveItsExample() {
        assertThat(help(60)).isEqualTo("""
              weft up shop.yaml            # until Ctrl-C
              # in this mesh, and in no other
              weft trust disable west.example
              weft up east.yaml --anchor anchor.pem --anchor-key \\
                  anchor-key.pem

            A remark whose lines were wrapped for a wider terminal.
            """);
    }

    @Test
    void aLongExampleCanBePasted() {
        assertThat(HelpFooter.fitted("  weft revoke issuer 9f86d081 --mesh east --reason 'key in a log'", 60))
                .containsExactly("  weft revoke issuer 9f86d081 --mesh east --reason \\", "      'key in a log'");
        assertThat(HelpFooter.fitted("  weft proxy join --control 192.0.2.1:15012 --token-file - \\", 58))
                .containsExactly("  weft proxy join --control 192.0.2.1:15012 --token-file \\", "      - \\");
        assertThat(HelpFooter.fitted("  weft ps    # the workloads, their processes and their addresses", 40))
                .containsExactly("  # the workloads, their processes and", "  # their addresses", "  weft ps");
        assertThat(HelpFooter.fitted("  - {from: shop/web, to: 'shop/api:8080', expect: allow}", 40))
                .as("a line of a file has no backslash")
                .containsExactly("  - {from: shop/web, to:", "      'shop/api:8080', expect: allow}");
    }

    @Command(
            name = "weft",
            footer = {
                "  weft trust sign --anchor anchor.pem \\",
                "      --csr east.csr --trust-domain east.example > east.pem"
            })
    private static final class TwoLines {}

    @Test
    void theSecondLineOfAnExampleCanBePasted() {
        CommandLine command = new CommandLine(new TwoLines()).setUsageHelpWidth(55);
        HelpFooter.fitAll(command);
        assertThat(command.getUsageMessage()).endsWith("""
              weft trust sign --anchor anchor.pem \\
                  --csr east.csr --trust-domain east.example > \\
                  east.pem
            """);
    }

    @Test
    void whatFitsStays() {
        assertThat(help(80)).contains("  weft trust disable west.example      # in this mesh, and in no other\n");
    }
}
