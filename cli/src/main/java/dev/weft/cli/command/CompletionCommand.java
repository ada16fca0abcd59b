package dev.weft.cli.command;

import dev.weft.cli.screen.Screen;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "completion",
        description = "Print the completion script of a shell.",
        footer = {
            "  source <(weft completion bash)                                     # this shell",
            "  weft completion bash > ~/.local/share/bash-completion/completions/weft",
            "  weft completion zsh > ~/.weft-completion && echo 'source ~/.weft-completion' >> ~/.zshrc",
            "  weft completion fish > ~/.config/fish/completions/weft.fish"
        })
public final class CompletionCommand implements Callable<Integer> {

    private final Screen screen;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli before call()
    private CommandSpec spec;

    @Parameters(
            paramLabel = "SHELL",
            converter = EnumConverter.Shells.class,
            completionCandidates = EnumConverter.Shells.class,
            description = "bash, zsh or fish.")
    @SuppressWarnings("NullAway.Init") // set by picocli before call(): it is required
    private Shell shell;

    /** The shells with a script; the one for bash serves zsh too, through its bashcompinit. */
    enum Shell {
        BASH,
        ZSH,
        FISH
    }

    public CompletionCommand(Screen screen) {
        this.screen = screen;
    }

    @Override
    public Integer call() {
        var root = spec.root().commandLine();
        screen.line(
                switch (shell) {
                    case BASH, ZSH -> AutoComplete.bash("weft", root).stripTrailing();
                    case FISH -> FishCompletion.script(root.getCommandSpec());
                });
        return 0;
    }
}
