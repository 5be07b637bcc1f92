internal import tracker

CommandLineTool.main()
