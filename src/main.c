/* astralfield: the server, the supervisor and the command line are one program. */
#include "cli/cli.h"

int main(int argc, char **argv)
{
    return cli_main(argc, argv);
}
